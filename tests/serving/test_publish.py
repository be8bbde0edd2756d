from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from comptoir.audit import serving as gate
from comptoir.serving import build, versions
from comptoir.serving.publish import STEPS, PublicationRefusedError, publish
from comptoir.serving.versions import current_dir, list_versions, open_served, read_events, rollback
from comptoir.settings import ComptoirError

NIGHT = "2026-11-20"
ONE_MORE = "insert into fct_request values ('opendatasoft', 'R-{}', 48.0, -1.0)"


@pytest.fixture
def publish_many(settings, warehouse, lenient):
    def run(count: int) -> list[str]:
        published = []
        for number in range(count):
            warehouse(ONE_MORE.format(f"x{number}"))
            published.append(publish(settings, NIGHT, gate=lenient).version.version_id)
        return published

    return run


def test_a_first_publication_shows_the_public_and_the_restricted_file(settings, warehouse, monkeypatch):
    monkeypatch.setattr(gate, "build_data_docs", lambda settings: None)
    published = publish(settings, NIGHT)
    assert (published.is_new, published.version.night, published.warnings) == (True, dt.date(2026, 11, 20), ())
    assert (settings.serving_dir / "current").readlink().as_posix() == f"versions/{published.version.version_id}"
    with open_served(settings) as public, open_served(settings, "restricted") as restricted:
        rows = [c.execute("select * from publication").fetchall() for c in (public, restricted)]
        assert rows[0] == rows[1]
        assert rows[0][0][3:5] == (
            True,
            "Données simulées ou rejouées – démonstration",
        )
        assert public.execute(
            "select value from kpi_month where kpi_id = 'followers' order by month_on"
        ).fetchall() == [
            (5000.0,),
            (5050.0,),
        ]
        assert restricted.execute("select count(*) from fct_request").fetchall() == [(100,)]
        shown = {name for (name,) in public.execute("select column_name from duckdb_columns()").fetchall()}
        assert not shown & {"author_id", "content", "post_id", "request_id"}
        assert public.execute("select count(*) from duckdb_tables() where table_name like 'fct_post%'").fetchall() == [
            (0,)
        ]
    assert build.version_content_hash(current_dir(settings)) == published.version.content_sha256
    assert [(e["event"], e["version_id"], e["previous"]) for e in read_events(settings)] == [
        ("published", published.version.version_id, None)
    ]


def test_the_same_content_is_not_published_twice_for_a_night(settings, warehouse, lenient):
    first = publish(settings, NIGHT, gate=lenient)
    warehouse()
    again = publish(settings, NIGHT, gate=lenient)
    assert (again.is_new, again.version) == (False, first.version)
    assert len(list_versions(settings)) == len(read_events(settings)) == 1
    next_night = publish(settings, "2026-11-21", gate=lenient)
    assert next_night.is_new and next_night.version.content_sha256 == first.version.content_sha256
    warehouse(ONE_MORE.format("x"))
    assert publish(settings, "2026-11-21", gate=lenient).is_new
    settings.config_path.write_text("demo: false\nmain_territory_id: region:53\nsources: [mastodon]\n")
    real = publish(settings, "2026-11-21", gate=lenient)
    assert (real.is_new, real.version.is_demo, real.version.banner_fr) == (True, False, None)


def test_a_refused_version_moves_no_pointer_and_names_its_suspects(settings, warehouse, monkeypatch):
    monkeypatch.setattr(gate, "build_data_docs", lambda settings: None)
    good = publish(settings, NIGHT).version
    warehouse(
        "update kpi_month set n = -1 where kpi_id = 'requests'",
        "update rpt_kpi_month set n = -1 where kpi_id = 'requests'",
        "update rpt_reconciliation set landed_at = now() where night_on = '2026-11-19'",
    )
    with pytest.raises(PublicationRefusedError, match="readers still see the one before") as refused:
        publish(settings, NIGHT)
    assert "KPI requests: 3 rows count fewer than zero" in str(refused.value)
    assert "opendatasoft/2026-11-19" in str(refused.value) and "mastodon/2026-11-19" not in str(refused.value)
    assert refused.value.verdict.suspects == ("opendatasoft/2026-11-19",)
    assert [v.version_id for v in list_versions(settings)] == [good.version_id]
    assert current_dir(settings).name == good.version_id
    assert len(list((settings.serving_dir / "versions").glob("rejected-*"))) == 1
    assert read_events(settings)[-1]["event"] == "rejected"
    assert read_events(settings)[-1]["suspects"] == ["opendatasoft/2026-11-19"]
    warehouse("delete from fct_request where request_id like 'R-1%' or request_id like 'R-2%'")
    with pytest.raises(PublicationRefusedError, match="--accept-changes"):
        publish(settings, NIGHT)
    accepted = publish(settings, NIGHT, accept_changes=True)
    assert current_dir(settings).name == accepted.version.version_id
    assert "Accepted: by the operator." in accepted.warnings[0]
    assert read_events(settings)[-1]["accept_changes"] is True


def test_the_last_versions_stay_and_the_current_one_always(settings, warehouse, lenient, publish_many, monkeypatch):
    monkeypatch.setattr(versions, "KEPT_VERSIONS", 3)
    ids = publish_many(5)
    assert [v.version_id for v in list_versions(settings)] == ids[:1:-1]
    rollback(settings, ids[2])
    monkeypatch.setattr(versions, "KEPT_VERSIONS", 1)
    versions.prune(settings)
    assert [(v.version_id, v.is_current) for v in list_versions(settings)] == [(ids[4], False), (ids[2], True)]


def test_only_the_last_rejected_versions_stay(settings, warehouse, lenient):
    publish(settings, NIGHT, gate=lenient)
    refusing = lambda *_: gate.ServingVerdict(False, (gate.Finding("r", "s", "no", ()),), (), ())  # noqa: E731
    for number in range(5):
        warehouse(ONE_MORE.format(number))
        with pytest.raises(PublicationRefusedError):
            publish(settings, NIGHT, gate=refusing)
    assert len(list((settings.serving_dir / "versions").glob("rejected-*"))) == 3
    assert len(list_versions(settings)) == 1


def test_rollback_goes_back_one_or_to_a_named_version(settings, warehouse, publish_many):
    ids = publish_many(3)
    assert rollback(settings).version_id == ids[1]
    assert current_dir(settings).name == ids[1]
    assert rollback(settings).version_id == ids[0]
    with pytest.raises(ComptoirError, match="no version to go back to"):
        rollback(settings)
    assert rollback(settings, ids[2]).is_current
    assert [e["event"] for e in read_events(settings)][-3:] == ["rolled_back"] * 3
    with pytest.raises(ComptoirError, match=f"no whole version 'never'. Kept are: {', '.join(ids)}"):
        rollback(settings, "never")
    (settings.serving_dir / "versions" / ids[0] / "restricted.duckdb").unlink()
    with pytest.raises(ComptoirError, match="no whole version"):
        rollback(settings, ids[0])
    assert current_dir(settings).name == ids[2]


def test_a_second_publisher_is_turned_away(settings, warehouse, lenient):
    turned_away = []

    def publish_too(step: str) -> None:
        for attempt in (lambda: publish(settings, "2026-11-21", gate=lenient), lambda: rollback(settings)):
            with pytest.raises(ComptoirError, match="Another process is publishing"):
                attempt()
        turned_away.append(step)

    first = publish(settings, NIGHT, gate=lenient, on_step=publish_too).version
    assert turned_away == list(STEPS)
    assert [version.version_id for version in list_versions(settings)] == [first.version_id]
    assert publish(settings, "2026-11-21", gate=lenient).is_new


def test_a_warehouse_that_cannot_be_served_is_a_clear_error(settings, warehouse, lenient):
    warehouse("drop table kpi_month")
    with pytest.raises(ComptoirError, match=r"does not hold kpi_month, declared in serving/contract\.py"):
        publish(settings, NIGHT, gate=lenient)
    warehouse("create table main.dim_kpi as select 1 as kpi_id")
    with pytest.raises(ComptoirError, match="dim_kpi in main, main_marts"):
        publish(settings, NIGHT, gate=lenient)
    warehouse("alter table dim_kpi rename kpi_id to id")
    with pytest.raises(ComptoirError, match="dim_kpi has no column kpi_id"):
        publish(settings, NIGHT, gate=lenient)
    settings.warehouse_path.unlink()
    with pytest.raises(ComptoirError, match="No warehouse at"):
        publish(settings, NIGHT, gate=lenient)
    with pytest.raises(ComptoirError, match="Nothing is published"):
        open_served(settings)


def test_a_warehouse_that_is_being_written_is_a_clear_error(settings, warehouse, lenient):
    import subprocess
    import sys

    path = str(settings.warehouse_path)
    hold = f"import duckdb, sys; c = duckdb.connect({path!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"open\n"
        with pytest.raises(ComptoirError, match="is being written by another process"):
            publish(settings, NIGHT, gate=lenient)
        writer.stdin.close()
    assert publish(settings, NIGHT, gate=lenient).is_new


def test_content_hash_tells_content_not_layout(tmp_path):
    def hashed(*statements: str) -> str:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb"
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement)
        return build.content_hash(path)

    up = hashed("create table t as select i, 'x' as s from range(3000) r(i) order by i")
    down = hashed("create table t as select i, 'x' as s from range(3000) r(i) order by i desc")
    rewritten = hashed("create table t as select i, 'y' as s from range(3000) r(i)", "update t set s = 'x'")
    republished = hashed(
        "create table t as select i, 'x' as s from range(3000) r(i)", "create table publication as select 1"
    )
    assert up == down == rewritten == republished
    others = {
        hashed("create table t as select i, 'x' as s from range(3001) r(i)"),
        hashed("create table t as select i::integer as i, 'x' as s from range(3000) r(i)"),
        hashed("create table t as select i as j, 'x' as s from range(3000) r(i)"),
        hashed("create table u as select i, 'x' as s from range(3000) r(i)"),
        hashed("create table t as select i, if(i = 7, null, 'x') as s from range(3000) r(i)"),
        hashed("create table t as select i, if(i = 7, 'NULL', 'x') as s from range(3000) r(i)"),
        hashed("create table t as select i, if(i = 7, '', 'x') as s from range(3000) r(i)"),
    }
    assert len(others | {up}) == 8
    # the same values in other places, and none in place of an empty one
    shapes = (
        "(1, 2), (3, 4)",
        "(1, 4), (3, 2)",
        "(2, 1), (4, 3)",
        "(2, 1), (3, 4)",
        "(null, 2), (3, 4)",
        "(2, null), (3, 4)",
    )
    lists = (
        "([1, 2], 0)",
        "([2, 1], 0)",
        "([1, null], 0)",
        "([]::integer[], 0)",
        "([null]::integer[], 0)",
        "(null::integer[], 0)",
    )
    for several in (shapes, lists):
        assert len({hashed(f"create table t as from (values {rows}) v(a, b)") for rows in several}) == len(several)


def test_names_sort_as_published_even_if_the_clock_goes_back(settings, warehouse, lenient):
    first = publish(settings, NIGHT, gate=lenient).version.version_id
    future = f"20991231T000000.000000Z.{NIGHT}"
    (settings.serving_dir / "versions" / first).rename(settings.serving_dir / "versions" / future)
    versions.point_to(settings, future)
    warehouse(ONE_MORE.format("x"))
    second = publish(settings, NIGHT, gate=lenient).version.version_id
    assert second > future
    assert current_dir(settings).name == second


def test_an_event_after_a_torn_line_is_still_read(settings, warehouse, lenient):
    publish(settings, NIGHT, gate=lenient)
    with (settings.serving_dir / "publications.jsonl").open("a") as file:
        file.write('{"event": "publ')
    warehouse(ONE_MORE.format("x"))
    publish(settings, NIGHT, gate=lenient)
    assert [event["event"] for event in read_events(settings)] == ["published", "published"]


@pytest.mark.parametrize("crash_at", STEPS)
def test_whatever_a_crash_leaves_the_next_publication_heals(crash_at, settings, warehouse, lenient):
    before = publish(settings, NIGHT, gate=lenient).version.version_id
    warehouse(ONE_MORE.format("x"))

    def crash(step: str) -> None:
        if step == crash_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(settings, NIGHT, gate=lenient, on_step=crash)
    survived = current_dir(settings).name
    assert (survived == before) is (STEPS.index(crash_at) < STEPS.index("pointed"))
    (settings.serving_dir / ".current-new").unlink(missing_ok=True)
    (settings.serving_dir / ".current-new").symlink_to("versions/nothing")
    warehouse(ONE_MORE.format("y"))
    healed = publish(settings, NIGHT, gate=lenient).version
    assert current_dir(settings).name == healed.version_id
    left = {path.name for path in (settings.serving_dir / "versions").iterdir()}
    assert left == {version.version_id for version in list_versions(settings)}
    assert not (settings.serving_dir / ".current-new").is_symlink()
    recorded = [event["version_id"] for event in read_events(settings)]
    assert recorded[0] == before and recorded[-1] == healed.version_id and survived in recorded
