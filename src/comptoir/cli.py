"""``comptoir``: the operator's hand on every stage. Errors say what happened, where, and what to do next."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from comptoir.config.file import load_config
from comptoir.settings import ComptoirError, get_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
quarantine_app = typer.Typer(no_args_is_help=True, help="Rows that broke their contract, and why.")
inventory_app = typer.Typer(no_args_is_help=True, help="The inventory and what is generated from it.")
source_app = typer.Typer(no_args_is_help=True, help="Add a source, or try one for real.")
secrets_app = typer.Typer(no_args_is_help=True, help="The pseudonym key: keep a copy elsewhere.")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(inventory_app, name="inventory")
app.add_typer(source_app, name="source")
app.add_typer(secrets_app, name="secrets")
bi_app = typer.Typer(no_args_is_help=True, help="Superset: bring it in line with the repository, or keep an edit.")
app.add_typer(bi_app, name="bi")
SupersetUrl = Annotated[str, typer.Option(help="where Superset answers")]
console = Console()
Night = Annotated[str, typer.Argument(help="Europe/Paris day, YYYY-MM-DD")]
SourceId = Annotated[str, typer.Argument(metavar="SOURCE")]


def _table(title: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*("–" if cell is None else str(cell) for cell in row))
    console.print(table)


@contextmanager
def _progress(label: str) -> Iterator[Any]:
    with console.status(label) as status:
        yield lambda message: status.update(f"{label}: {message}")


def _ended(failed: list[str]) -> None:
    if failed:
        console.print(f"[red]Failed to land: {', '.join(failed)}.[/] The others are published; see `comptoir status`.")
        raise typer.Exit(1)


@app.command()
def night(
    night: Night,
    source: Annotated[list[str] | None, typer.Option(help="only these sources")] = None,
    refetch: Annotated[bool, typer.Option(help="ask the publishers again instead of replaying the landing")] = False,
) -> None:
    """Take one night the whole way: land, conform, judge, build, audit, publish."""
    backfill(night, night, source=source, refetch=refetch)


@app.command()
def backfill(
    first: Night,
    last: Night,
    source: Annotated[list[str] | None, typer.Option(help="only these sources")] = None,
    refetch: Annotated[bool, typer.Option(help="ask the publishers again instead of replaying the landing")] = False,
) -> None:
    """Land and conform every night from FIRST to LAST, then build and publish once."""
    from comptoir.orchestration import steps

    with _progress(f"nights {first} to {last}" if first != last else f"night of {first}") as progress:
        failed = steps.backfill(first, last, sources=source, refetch=refetch, progress=progress)
    console.print(f"Published up to the night of {last}.")
    _ended(failed)


@app.command()
def status() -> None:
    """What each source last gave, what is held or failed, and what is published."""
    from comptoir.lake import landing, verdicts
    from comptoir.orchestration.steps import enabled_sources

    settings = get_settings()
    rows = []
    for source in enabled_sources():
        nights = landing.landed_nights(settings, source)
        standings = {night: verdicts.standing(settings, source, night) for night in nights}
        accepted = [night for night, standing in standings.items() if standing and standing.verdict == "accepted"]
        held = [night for night, standing in standings.items() if standing and standing.verdict == "held"]
        failures = sorted(
            path.name.removeprefix("night=") for path in (settings.lake_dir / "failures" / source).glob("night=*")
        )
        failed = [night for night in failures if night not in accepted]
        rows.append(
            (
                source,
                len(accepted),
                accepted[-1] if accepted else None,
                ", ".join(held[-3:]) or None,
                ", ".join(failed[-3:]) or None,
            )
        )
    _table("Sources", ["source", "accepted nights", "last accepted", "held (last 3)", "failed (last 3)"], rows)
    from comptoir.serving.versions import list_versions

    _table(
        "Published versions", ["version", "current"], [(v.version_id, v.is_current) for v in list_versions(settings)]
    )


def _decide(source: str, night: str, action: Literal["hold", "release"], reason: str) -> None:
    from comptoir.lake import verdicts
    from comptoir.orchestration.steps import settle

    verdicts.decide(get_settings(), source, night, action, reason, by=getpass.getuser())
    result = settle([source], night)[0]
    console.print(
        f"{source}, night of {night}: now {result['verdict']}. "
        f"`comptoir build` (or the next night) shows it to the readers."
    )


@app.command()
def hold(
    source: SourceId, night: Night, reason: Annotated[str, typer.Option(help="why, for those who ask later")]
) -> None:
    """Take a source's night out of everything downstream."""
    _decide(source, night, "hold", reason)


@app.command()
def release(
    source: SourceId, night: Night, reason: Annotated[str, typer.Option(help="why, for those who ask later")]
) -> None:
    """Let a held night in."""
    _decide(source, night, "release", reason)


@app.command()
def build(night: Night) -> None:
    """Build the warehouse from the lake and publish it, without asking any publisher."""
    from comptoir.orchestration import steps

    with _progress("building") as progress:
        steps.build(night)
        progress("publishing")
        published = steps.publish(night)
    console.print(f"Published {published['version']}.")


@app.command()
def publish(
    night: Night,
    accept_changes: Annotated[bool, typer.Option(help="these changes are wanted: comparisons only warn")] = False,
) -> None:
    """Audit and publish the warehouse as it is built."""
    from comptoir.orchestration import steps

    console.print(f"Published {steps.publish(night, accept_changes=accept_changes)['version']}.")


@app.command()
def rollback(
    version: Annotated[str | None, typer.Argument(help="version to go back to; the one before by default")] = None,
) -> None:
    """Point the readers at an earlier version."""
    from comptoir.serving.versions import rollback as roll

    console.print(f"Readers now see {roll(get_settings(), version).version_id}.")


@app.command()
def export(target: Annotated[Path, typer.Argument(help="folder for the open data; a folder per version")]) -> None:
    """Write the published public KPIs as open data: CSV, Parquet and a Table Schema."""
    from comptoir.serving.export import export_open_data

    console.print(f"Open data written to {export_open_data(get_settings(), target)}.")


@app.command()
def doctor() -> None:
    """Check configuration, key, disk and serving; say what to do about what is wrong."""
    from comptoir.stewardship.doctor import examine

    findings = examine(get_settings())
    _table("Doctor", ["check", "state", "detail"], [(f.check, f.state, f.detail) for f in findings])
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sandbox(context: typer.Context) -> None:
    """Serve the simulated or recorded publishers on loopback (see `comptoir sandbox serve --help`)."""
    from comptoir.sandbox.__main__ import main

    main(context.args)


@quarantine_app.command("list")
def quarantine_list(source: str | None = None, night: str | None = None) -> None:
    """Count quarantined rows by source, stream, night and rule."""
    from comptoir.lake.history import quarantined

    _table("Quarantine", ["source", "stream", "night", "rule", "rows"], quarantined(get_settings(), source, night))


@quarantine_app.command("show")
def quarantine_show(source: SourceId, night: Night, limit: int = 20) -> None:
    """Show quarantined records as they were kept (identities replaced)."""
    from comptoir.lake.history import quarantined_records

    records = quarantined_records(get_settings(), source, night, limit)
    _table(f"{source}, night of {night}", ["stream", "rules", "record"], records)


@quarantine_app.command("replay")
def quarantine_replay(source: SourceId, night: Night) -> None:
    """Conform a night again from its landing, after its contract was fixed."""
    from comptoir.orchestration.steps import settle

    for result in settle([source], night):
        console.print(f"{source}, night of {night}: {result['kept']} kept, {result['quarantined']} still quarantined.")


@inventory_app.command("list")
def inventory_list() -> None:
    """Every source of the inventory."""
    from comptoir.inventory.schema import load_inventory

    inventory, enabled = load_inventory(), load_config().sources
    rows = [(s.id, inventory.domain(s.id), s.title, s.licence, s.id in enabled) for s in inventory.sources.values()]
    _table("Inventory", ["source", "domain", "title", "licence", "enabled"], rows)


@inventory_app.command("sync")
def inventory_sync(
    check: Annotated[bool, typer.Option(help="write nothing; fail when a generated file is not up to date")] = False,
) -> None:
    """Write the files that are generated from the inventory and the KPI catalogue."""
    from comptoir.stewardship.generated import sync

    stale = sync(get_settings().project_dir, write=not check)
    for path in stale:
        console.print(f"{'out of date' if check else 'written'}: {path}")
    if check and stale:
        console.print("Run `comptoir inventory sync` and commit the result.")
        raise typer.Exit(1)
    if not stale:
        console.print("Generated files are up to date.")


@source_app.command("new")
def source_new(
    source_id: SourceId,
    family: Annotated[str, typer.Option(help="a protocol family that exists")],
) -> None:
    """Scaffold a source of a known protocol family: one YAML file to complete."""
    from comptoir.inventory.scaffold import scaffold_source

    path = scaffold_source(source_id, family)
    console.print(f"Wrote {path}. Complete it, then `comptoir inventory sync` and `comptoir source check {source_id}`.")


@source_app.command("check")
def source_check(source_id: SourceId) -> None:
    """Ask the publisher for real (nothing is written): address, credentials, contract."""
    from comptoir.orchestration.source_check import check_source

    rows = check_source(source_id)
    _table(f"{source_id}", ["stream", "received", "unfit values", "added fields", "missing fields"], rows)


@bi_app.command("provision")
def bi_provision(
    url: SupersetUrl = "http://127.0.0.1:8088",
    force: Annotated[bool, typer.Option(help="overwrite what was edited in the browser")] = False,
) -> None:
    """Bring Superset in line with superset/assets; an edit made in the browser is not overwritten."""
    from comptoir.bi.provision import provision

    console.print(provision(get_settings(), url, force=force))


@bi_app.command("export")
def bi_export(
    slug: Annotated[str, typer.Argument(help="slug of the dashboard")] = "territoire",
    url: SupersetUrl = "http://127.0.0.1:8088",
) -> None:
    """Write a dashboard edited in the browser back to superset/assets, to be reviewed and committed."""
    from comptoir.bi.provision import export_dashboard

    for path in export_dashboard(get_settings(), url, slug):
        console.print(f"written: {path}")


@secrets_app.command("backup")
def secrets_backup(target: Annotated[Path, typer.Argument(help="file to write, on another disk")]) -> None:
    """Copy the pseudonym key to a file (0600)."""
    from comptoir.privacy.keys import backup

    console.print(f"Key {backup(get_settings(), target)} copied to {target}. Keep it away from this machine.")


@secrets_app.command("restore")
def secrets_restore(origin: Annotated[Path, typer.Argument(help="file made by `comptoir secrets backup`")]) -> None:
    """Bring the pseudonym key back from a backup."""
    from comptoir.privacy.keys import restore

    console.print(f"Key {restore(get_settings(), origin)} restored.")


def main() -> None:
    """Entry point: an operator's error is a sentence, not a traceback."""
    try:
        app()
    except ComptoirError as error:
        Console(stderr=True).print(f"[red]comptoir:[/] {error}", highlight=False)
        sys.exit(1)
