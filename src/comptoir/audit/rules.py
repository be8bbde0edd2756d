"""What the two gates ask, as data: the committed suites under ``expectations/`` are generated from here.

Both gates look at one frame with a row per subject (a stream-night; a file, table, KPI or source to be served). A rule
applies to the rows where its column is known: NULL means "does not apply here" and breaks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["block", "warn"]
LANDING_SUBJECT = ("source", "stream", "night", "attempt")
SERVING_SUBJECT = ("subject_kind", "subject")


@dataclass(frozen=True)
class Rule:
    """One expectation, with what it means to the operator.

    ``message`` is a format string over the row's columns: what happened, where, what to do next. ``compares`` marks
    a rule that looks at the version published before: an operator may accept such a change.
    """

    name: str
    expectation: str
    kwargs: Mapping[str, Any]
    severity: Severity
    message: str
    compares: bool = field(default=False)


def _between(column: str, low: float | None, high: float | None) -> dict[str, Any]:
    return {"column": column, "min_value": low, "max_value": high}


def _at_most(smaller: str, larger: str) -> dict[str, Any]:
    return {
        "column_A": larger,
        "column_B": smaller,
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }


_BETWEEN = "expect_column_values_to_be_between"
_PAIR_AT_LEAST = "expect_column_pair_values_a_to_be_greater_than_b"
_NOT_NULL = "expect_column_values_to_not_be_null"

_WHERE = "{source}/{stream}, night {night}, attempt {attempt}: "
_RERUN = "then rerun the night"
_RELEASE = "or accept it as it is with `comptoir release {source} {night}`."
_VOLUME = (
    _WHERE + "{received:.0f} records where {usual_received:.0f} are usual ({volume_ratio:.2f} times as many; the"
    " inventory allows {min_volume_ratio:g} to {max_volume_ratio:g}). Compare with the publisher's own site; if it is"
    " wrong, fetch the night again with --refetch, " + _RELEASE
)

LANDING_RULES: tuple[Rule, ...] = (
    *(
        Rule(
            f"{column}_is_counted",
            _NOT_NULL,
            {"column": column},
            "block",
            _WHERE + f"'{column}' was not counted, so nothing proves that no record was lost. Rerun the night;"
            " if it comes back, the conform step is at fault.",
        )
        for column in ("received", "kept", "duplicate", "quarantined", "erased", "expired")
    ),
    Rule(
        "every_record_is_accounted_for",
        "expect_column_pair_values_to_be_equal",
        {"column_A": "received", "column_B": "accounted", "ignore_row_if": "either_value_is_missing"},
        "block",
        _WHERE + "{received:.0f} records received but {accounted:.0f} accounted for ({kept:.0f} kept +"
        " {duplicate:.0f} duplicate + {quarantined:.0f} quarantined + {erased:.0f} erased + {expired:.0f} expired)."
        " Records were lost or invented: report it as a fault of the conform step, do not release this night.",
    ),
    Rule(
        "quarantined_share_within_bound",
        _PAIR_AT_LEAST,
        _at_most("quarantined_share", "max_quarantined_share"),
        "block",
        _WHERE + "{quarantined_share:.1%} of {received:.0f} records are quarantined, the inventory allows"
        " {max_quarantined_share:.1%}. Read them with `comptoir quarantine {source} {night}`, correct the contract, "
        + _RERUN
        + ", "
        + _RELEASE,
    ),
    Rule("volume_not_too_low", _PAIR_AT_LEAST, _at_most("min_volume_ratio", "volume_ratio"), "block", _VOLUME),
    Rule("volume_not_too_high", _PAIR_AT_LEAST, _at_most("volume_ratio", "max_volume_ratio"), "block", _VOLUME),
    Rule(
        "no_required_field_is_missing",
        _BETWEEN,
        _between("missing_fields", None, 0),
        "block",
        _WHERE + "{missing_fields:.0f} required field(s) of the contract are absent from every record: the publisher"
        " changed its format. Compare a record with the source's YAML, correct the mapping, " + _RERUN + ".",
    ),
    Rule(
        "came_whole",
        "expect_column_values_to_be_in_set",
        {"column": "is_complete", "value_set": [True]},
        "block",
        _WHERE + "the publisher announced another number of records than the {received:.0f} that came: the answer was"
        " cut or changed while it was read. Fetch the night again with --refetch, " + _RELEASE,
    ),
    Rule(
        "not_mostly_duplicates",
        _BETWEEN,
        _between("duplicate_share", None, 0.5),
        "warn",
        _WHERE + "{duplicate_share:.1%} of {received:.0f} records came more than once: pages overlap. Check the order"
        " that the connector asks for.",
    ),
    Rule(
        "nothing_from_the_future",
        _BETWEEN,
        _between("newest_record_lag_days", 0, None),
        "warn",
        _WHERE + "the newest record is dated {future_days:.0f} day(s) after the night. Check the time zone and the date"
        " column of the source's YAML.",
    ),
    Rule(
        "something_recent",
        _BETWEEN,
        _between("newest_record_lag_days", None, 120),
        "warn",
        _WHERE + "the newest record is {newest_record_lag_days:.0f} days old: the publisher may have stopped publishing"
        " without saying so.",
    ),
)

_PUBLISHED = "; accept the change with `comptoir publish --accept-changes` if it is wanted."
_KPI = "KPI {subject}: "


def _none(column: str, message: str, severity: Severity = "block") -> Rule:
    return Rule(f"no_{column}", _BETWEEN, _between(column, None, 0), severity, message)


SERVING_RULES: tuple[Rule, ...] = (
    Rule(
        "one_publication_row",
        _BETWEEN,
        _between("publication_rows", 1, 1),
        "block",
        "{subject}: the table publication has {publication_rows:.0f} rows instead of one. Build the version again.",
    ),
    _none("publication_differences", "The two files of the version do not say the same publication. Build it again."),
    _none("missing_tables", "{subject} is not in the file to be served. Build the warehouse, then publish again."),
    _none("views", "{subject} is a view: a locked-down reader cannot follow it. Declare it as a table."),
    _none(
        "forbidden_columns",
        "{subject} would show to everybody what only the restricted file may hold ({forbidden_names})."
        " Leave these columns out in serving/contract.py.",
    ),
    Rule(
        "not_empty",
        _BETWEEN,
        _between("required_rows", 1, None),
        "block",
        "{subject} is empty. Build the warehouse again.",
    ),
    Rule(
        "rows_did_not_vanish",
        _BETWEEN,
        _between("row_ratio", 0.8, None),
        "block",
        "{subject} has {row_count:.0f} rows where the version before has {previous_row_count:.0f}: more than a fifth is"
        " gone. Look at the suspect nights with `comptoir status`" + _PUBLISHED,
        compares=True,
    ),
    Rule(
        "table_still_served",
        _BETWEEN,
        _between("vanished_tables", None, 0),
        "block",
        "{subject} was served by the version before and is gone. Restore it" + _PUBLISHED,
        compares=True,
    ),
    _none("undefined", _KPI + "it has rows but no entry in the catalogue. Add it to dbt/metrics."),
    _none(
        "missing_rows",
        _KPI + "no row, neither a value nor a reason, though all it rests on ({source_families}) has delivered. Run its"
        " dbt model.",
    ),
    _none("unfed", _KPI + "no row: not all that it rests on ({source_families}) has delivered yet.", "warn"),
    _none("duplicate_keys", _KPI + "{duplicate_keys:.0f} territory-month-audiences occur more than once."),
    _none("not_finite", _KPI + "{not_finite:.0f} values are infinite or not a number. Guard its denominator."),
    _none("out_of_range", _KPI + "{out_of_range:.0f} shares are outside 0 to 1. Check its numerator and denominator."),
    _none(
        "wrong_intervals",
        _KPI + "{wrong_intervals:.0f} intervals do not contain their value, have one end only, or stand"
        " without a value.",
    ),
    _none(
        "wrong_reasons",
        _KPI + "{wrong_reasons:.0f} rows have neither a value nor a reason, or have both. NULL carries a"
        " reason, a value none.",
    ),
    _none("withheld_but_shown", _KPI + "{withheld_but_shown:.0f} rows are withheld and still show their value."),
    _none("future_rows", _KPI + "{future_rows:.0f} rows lie after the night {night}. Check the dates of its source."),
    _none("negative_counts", _KPI + "{negative_counts:.0f} rows count fewer than zero observations."),
    _none(
        "disagreements",
        _KPI + "kpi_month and rpt_kpi_month disagree in {disagreements:.0f} rows. Build the warehouse again.",
    ),
    Rule(
        "values_did_not_vanish",
        _BETWEEN,
        _between("vanished_share", None, 0.05),
        "block",
        _KPI + "{vanished_share:.1%} of the rows that had a value are gone. Look at the suspect nights" + _PUBLISHED,
        compares=True,
    ),
    Rule(
        "no_value_vanished",
        _BETWEEN,
        _between("vanished_share", None, 0),
        "warn",
        _KPI + "{vanished_share:.1%} of the rows that had a value are gone.",
        compares=True,
    ),
    Rule(
        "values_did_not_become_null",
        _BETWEEN,
        _between("lost_value_share", None, 0.2),
        "block",
        _KPI
        + "{lost_value_share:.1%} of its closed months had a value and have none now. Look at the suspect nights"
        + _PUBLISHED,
        compares=True,
    ),
    Rule(
        "closed_months_did_not_jump",
        _BETWEEN,
        _between("closed_median_change", None, 0.5),
        "block",
        _KPI
        + "its closed months changed by {closed_median_change:.0%} in the median. Look at the suspect nights"
        + _PUBLISHED,
        compares=True,
    ),
    Rule(
        "closed_months_are_stable",
        _BETWEEN,
        _between("closed_median_change", None, 0.1),
        "warn",
        _KPI + "its closed months changed by {closed_median_change:.0%} in the median.",
        compares=True,
    ),
    Rule(
        "open_months_did_not_jump",
        _BETWEEN,
        _between("open_median_change", None, 0.5),
        "warn",
        _KPI + "its provisional months changed by {open_median_change:.0%} in the median.",
        compares=True,
    ),
    _none(
        "unreconciled_nights",
        "{subject}: in {unreconciled_nights:.0f} night(s), from {first_unreconciled_night} on, what was received is not"
        " what was kept, set aside or dropped. Rerun these nights.",
    ),
)

RULES: Mapping[str, tuple[Rule, ...]] = {"landing": LANDING_RULES, "serving": SERVING_RULES}
