"""What the options of statistical sources say."""

from __future__ import annotations


def named_codes(filters: str) -> dict[str, list[str]]:
    """Read ``dimension=code dimension=code``: the codes of each dimension, in the order written."""
    codes: dict[str, list[str]] = {}
    for pair in filters.split():
        name, _, code = pair.partition("=")
        codes.setdefault(name, []).append(code)
    return codes
