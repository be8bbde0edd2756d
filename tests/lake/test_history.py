import datetime as dt

import pytest

from comptoir.inventory.schema import LongReRead, load_inventory
from comptoir.lake import conform, history
from comptoir.lake.history import gate_frame, quarantined, quarantined_records


def _night(offset):
    return (dt.date(2026, 11, 1) + dt.timedelta(days=offset)).isoformat()


def _accept(lake, night, records):
    conform.settle_files(lake.settings, lake.stage(lake.land(night, records)), "accepted", [])


def test_what_is_usual_is_the_median_of_accepted_nights_before(lake, report):
    for offset in range(8):
        _accept(lake, _night(offset), [report(n) for n in range(10 + offset)])
    staged = lake.stage(lake.land(_night(8), [report(n) for n in range(3)]))
    row = gate_frame(lake.settings, load_inventory(), [staged]).iloc[0]
    assert row["usual_received"] == pytest.approx(13.5)
    assert row["volume_ratio"] == pytest.approx(3 / 13.5)


def test_too_few_nights_have_no_usual(lake, report):
    for offset in range(6):
        _accept(lake, _night(offset), [report(1)])
    row = gate_frame(lake.settings, load_inventory(), [lake.stage(lake.land(_night(6), [report(1)]))]).iloc[0]
    assert row.isna()["usual_received"]
    assert row.isna()["volume_ratio"]


def test_a_night_that_asks_further_back_is_compared_with_others_that_do(lake, report):
    inventory = load_inventory()
    family = inventory.families["opendatasoft"]
    weekly = family.streams["reports"].model_copy(update={"long_re_read": LongReRead(every="week", days=365)})
    family = family.model_copy(update={"streams": {**family.streams, "reports": weekly}})
    inventory = inventory.model_copy(update={"families": {**inventory.families, "opendatasoft": family}})
    sundays = [0, 7, 14, 21, 28, 35, 42, 49]
    for offset in range(50):
        count = 40 if offset in sundays else 2
        _accept(lake, _night(offset), [report(n) for n in range(count)])
    frame = gate_frame(
        lake.settings, inventory, [lake.stage(lake.land(_night(n), [report(1)])) for n in (48, 49)]
    ).set_index("night")
    assert frame["usual_received"].to_dict() == {_night(48): 2, _night(49): 40}
    assert (
        gate_frame(lake.settings, inventory, [lake.stage(lake.land(_night(35), [report(1)]))])
        .isna()
        .iloc[0]["usual_received"]
    ), "five Sundays are too few to say what is usual"


def test_a_batch_of_nights_gives_the_rows_of_one_by_one(lake, report):
    staged = [lake.stage(lake.land(_night(n), [report(i) for i in range(5 + n)])) for n in range(9)]
    together = gate_frame(lake.settings, load_inventory(), staged)
    for item in staged:
        conform.settle_files(lake.settings, item, "accepted", [])
    alone = gate_frame(lake.settings, load_inventory(), [lake.stage(staged[8].manifest)])
    assert together.iloc[8].drop("attempt").to_dict() == alone.iloc[0].drop("attempt").to_dict()


def test_what_is_usual_costs_the_last_nights_whatever_the_history(lake, report, monkeypatch):
    monkeypatch.setattr(history, "USUAL_NIGHTS", 8)
    for offset in range(12):
        _accept(lake, _night(offset), [report(n) for n in range(10 + offset)])
    conform.settle_files(lake.settings, lake.stage(lake.land(_night(12), [])), "held", ["suspect"])
    read = []
    real = history.read_reconciliation
    monkeypatch.setattr(history, "read_reconciliation", lambda *where: (read.append(where[-1]), real(*where))[1])
    row = gate_frame(lake.settings, load_inventory(), [lake.stage(lake.land(_night(13), [report(1)]))]).iloc[0]
    assert row["usual_received"] == pytest.approx(17.5), "the last eight that were accepted"
    assert read == [_night(offset) for offset in range(12, 3, -1)]


def test_incomplete_and_missing_fields_show_in_the_frame(lake, report):
    record = report(1)
    del record["statut"]
    staged = lake.stage(lake.land(_night(0), [record], announced=2))
    row = gate_frame(lake.settings, load_inventory(), [staged]).iloc[0]
    assert (bool(row["is_complete"]), row["missing_fields"]) == (False, 1)


def test_quarantine_lists_and_shows(lake, report):
    _accept(lake, _night(0), [report(1), report(2, date_declaration="2999-01-01")])
    assert quarantined(lake.settings, None, None) == [
        ("opendatasoft", "reports", _night(0), "out_of_range:declared_on", 1)
    ]
    ((stream, rules, record),) = quarantined_records(lake.settings, "opendatasoft", _night(0), 5)
    assert (stream, rules) == ("reports", "out_of_range:declared_on")
    assert "2999-01-01" in record
    assert quarantined(lake.settings, "mastodon", None) == []
