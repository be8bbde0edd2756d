"""Options of families and streams: which exist, what they are by default, and what is no option."""

from __future__ import annotations

from collections.abc import Mapping

# What every reader of dropped files understands, whatever the family (``connectors/files``).
READER_OPTIONS = (
    *("files", "match", "null_values", "withheld_values", "decimal"),
    *("encoding", "delimiter", "header_row", "sheet", "columns"),
)


def check_options(where: str, given: Mapping[str, str], known: Mapping[str, str | None]) -> None:
    """Refuse options that do not exist, and anything but a number from 1 for one whose default is a number.

    Raises:
        ValueError: names the option, and those that exist.
    """
    if unknown := sorted(set(given) - set(known)):
        raise ValueError(
            f"{where}: no such option: {', '.join(unknown)}. Known there: {', '.join(sorted(known)) or 'none'}"
        )
    for name, value in given.items():
        if (known[name] or "").isdecimal() and not (value.isdecimal() and int(value) > 0):
            raise ValueError(f"{where}: option '{name}' is '{value}': a whole number from 1 is wanted")


def with_defaults(known: Mapping[str, str | None], given: Mapping[str, str]) -> dict[str, str]:
    """The options given, and the defaults of those that are not."""
    return {**{name: value for name, value in known.items() if value is not None}, **given}
