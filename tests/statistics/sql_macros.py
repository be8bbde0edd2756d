"""The project's SQL macros without dbt: rendered by jinja alone and run in DuckDB."""

from __future__ import annotations

from typing import Any

import duckdb
import jinja2
import pandas as pd

from comptoir.settings import PROJECT_DIR

_FILES = sorted((PROJECT_DIR / "dbt/macros").glob("[es][nt]*/*.sql"))  # engine, statistics
_MACROS = "\n".join(path.read_text(encoding="utf-8") for path in _FILES)
_ENVIRONMENT = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"])


def sql(expression: str, **context: Any) -> str:
    """What a macro call becomes: ``sql("share_bound('x', 'n', '-')")``."""
    return _ENVIRONMENT.from_string(f"{_MACROS}\n{{{{ {expression} }}}}").render(**context).strip()


def frame(query: str, **relations: pd.DataFrame) -> pd.DataFrame:
    """The rows of a query over data frames, which it reads by their keyword."""
    with duckdb.connect() as connection:
        for name, relation in relations.items():
            connection.register(name, relation)
        return connection.execute(query).df()


def value(expression: str, **columns: Any) -> Any:
    """A macro's result on one row of literals; None when it is NULL."""
    literals = ", ".join(f"{'null' if given is None else repr(given)} as {name}" for name, given in columns.items())
    with duckdb.connect() as connection:
        return connection.execute(f"select {sql(expression)} from (select {literals})").fetchone()[0]
