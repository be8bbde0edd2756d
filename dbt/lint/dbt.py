"""What `dbt.<macro>` renders to when sqlfluff reads a model: enough SQL to lint, without a connection or a manifest."""


def type_string() -> str:
    """``dbt.type_string``."""
    return "varchar"


def date_trunc(part: str, column: str) -> str:
    """``dbt.date_trunc``."""
    return f"date_trunc('{part}', {column})"


def datediff(start: str, end: str, part: str) -> str:
    """``dbt.datediff``."""
    return f"date_diff('{part}', {start}, {end})"


def dateadd(part: str, number: object, column: str) -> str:
    """``dbt.dateadd``."""
    return f"date_add({column}, interval ({number}) {part})"


def date_spine(part: str, starts_on: str, ends_before: str) -> str:
    """``dbt.date_spine``."""
    return f"select cast(unnest(generate_series({starts_on}, {ends_before}, interval 1 {part})) as date) as date_{part}"


def hash(column: str) -> str:
    """``dbt.hash``."""
    return f"md5(cast({column} as varchar))"
