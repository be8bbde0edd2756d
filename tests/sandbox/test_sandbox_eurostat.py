from __future__ import annotations

import datetime as dt
import gzip
import itertools
from email.utils import parsedate_to_datetime

BULK = "eurostat/api/dissemination/sdmx/2.1/data/tour_occ_nim?format=TSV&compressed=true"
SLICE = "eurostat/api/dissemination/statistics/1.0/data/tour_occ_nim?format=JSON&lang=EN"


def cells_of(tsv: str) -> dict[tuple[str, ...], str]:
    header, *lines = tsv.splitlines()
    head, *periods = header.split("\t")
    assert head == "freq,c_resid,unit,nace_r2,geo\\TIME_PERIOD"
    assert all(period.endswith(" ") for period in periods)
    found = {}
    for line in lines:
        codes, *cells = line.split("\t")
        assert len(cells) == len(periods)
        for period, cell in zip(periods, cells, strict=True):
            found[(*codes.split(","), period.strip())] = cell
    return found


def bulk(seeded, night="2026-11-21"):
    answer = seeded.get(BULK, night)
    return cells_of(gzip.decompress(answer.content).decode()), answer.headers


def cells_of_slice(payload):
    """Read a JSON-stat object by its definition: the flat index is row-major over ``size``."""
    axes = [
        sorted(payload["dimension"][name]["category"]["index"], key=payload["dimension"][name]["category"]["index"].get)
        for name in payload["id"]
    ]
    assert [len(axis) for axis in axes] == payload["size"]
    for flat, codes in enumerate(itertools.product(*axes)):
        yield codes, payload["value"].get(str(flat)), payload["status"].get(str(flat))


def test_the_slice_equals_the_bulk_file_on_every_overlapping_cell(seeded):
    table, _ = bulk(seeded)
    payload = seeded.get(f"{SLICE}&geo=FR&geo=FRH0&sinceTimePeriod=2024-11").json()
    assert payload["class"] == "dataset" and payload["id"][-1] == "time"
    compared = missing = flagged = 0
    for codes, value, status in cells_of_slice(payload):
        number, _, flag = table[codes].partition(" ")
        assert (status or "") == flag
        assert (value is None) == (number == ":")
        if value is not None:
            assert value == float(number)
        compared, missing, flagged = compared + 1, missing + (value is None), flagged + bool(flag)
    assert compared == len([c for c in table if c[4] in ("FR", "FRH0") and c[5] >= "2024-11"]) > 1000
    assert missing > 5 and flagged > 5


def test_filters_select_and_wrong_ones_are_refused(seeded):
    some = seeded.get(
        f"{SLICE}&geo=FRH0&unit=NR&c_resid=FOR&nace_r2=I551&sinceTimePeriod=2026-01&untilTimePeriod=2026-03"
    ).json()
    assert some["size"] == [1, 1, 1, 1, 1, 3]
    last = seeded.get(f"{SLICE}&geo=FRH0&unit=NR&lastTimePeriod=2").json()
    assert last["size"][-1] == 2
    for path, status in (
        (f"{SLICE}&geo=ZZ", 400),
        (f"{SLICE}&colour=red", 400),
        (SLICE.replace("nim", "xxx"), 404),
        (BULK.replace("TSV", "XML"), 400),
    ):
        answer = seeded.get(path)
        assert answer.status_code == status == answer.json()["error"][0]["status"]


def test_sums_are_coherent(seeded):
    table, _ = bulk(seeded)
    checked = 0
    for (freq, residence, unit, activity, geo, month), cell in table.items():
        if (residence, unit) != ("TOTAL", "NR"):
            continue
        parts = [table[freq, r, unit, activity, geo, month] for r in ("DOM", "FOR")]
        leaves = (
            [table[freq, "TOTAL", unit, a, geo, month] for a in ("I551", "I552", "I553")]
            if activity == "I551-I553"
            else []
        )
        for numbers in (parts, leaves):
            values = [n.partition(" ")[0] for n in numbers]
            if values and ":" not in values:
                assert sum(map(int, values)) == int(cell.partition(" ")[0])
                checked += 1
    assert checked > 5000


def test_the_season_is_strong_and_holes_are_shown(seeded):
    table, _ = bulk(seeded)
    year = {
        m: int(table["M", "TOTAL", "NR", "I551-I553", "FRH0", f"2025-{m:02d}"].partition(" ")[0]) for m in range(1, 13)
    }
    assert sorted(year, key=year.get)[-2:] in ([7, 8], [8, 7])
    assert year[8] > 6 * year[1]
    assert {": @C", ": "} <= set(table.values())
    assert {cell.partition(" ")[2] for cell in table.values()} >= {"", "p", "e", "u", "@C"}
    assert table["M", "TOTAL", "PCH_SM", "I551", "FR", "2019-06"] == ": "


def test_months_come_late_are_restated_twice_and_then_stand(seeded):
    path = f"{SLICE}&geo=FR&unit=NR&c_resid=TOTAL&nace_r2=I551-I553&time=2026-05"
    history = []
    for n in range(130):
        night = dt.date(2026, 7, 25) + dt.timedelta(days=n)
        payload = seeded.get(path, str(night)).json()
        shown = (payload["value"].get("0"), payload["status"].get("0"))
        if history and payload["updated"] == history[-1][0]:
            assert shown == history[-1][1:], "figures move on publication days only"
            continue
        history.append((payload["updated"], *shown))
        assert dt.datetime.fromisoformat(payload["updated"]).date() >= night or n == 0
    published = [step for step in history if step[1] is not None]
    assert history[0][1] is None
    assert len(published) >= 4
    assert "2026-08-08" <= published[0][0] <= "2026-08-20"
    assert [flag for _, _, flag in published[:2]] == ["p", "p"]
    assert {flag for _, _, flag in published[2:]} <= {None, "e"}
    values = [value for _, value, _ in published]
    assert values[0] != values[1] != values[2]
    assert len(set(values[2:])) == 1
    assert all(abs(later / sooner - 1) <= 0.03 for sooner, later in itertools.pairwise(values))


def test_the_update_stamp_is_the_publishers(seeded):
    payload = seeded.get(f"{SLICE}&geo=FR&lastTimePeriod=1").json()
    updated = dt.datetime.strptime(payload["updated"], "%Y-%m-%dT%H:%M:%S%z")
    assert (updated.hour, updated.minute) in ((11, 0), (23, 0))
    assert payload["updated"].endswith("+0100")
    assert parsedate_to_datetime(seeded.get(BULK).headers["Last-Modified"]) == updated
