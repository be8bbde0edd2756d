"""The Great Expectations file project under ``expectations/``: opened by the gates, generated from ``rules``.

``python -m comptoir.audit.project`` writes the suites, validation definitions and checkpoints again. Their ids are
derived from their names, so that a regenerated project is identical. Importing Great Expectations takes seconds: it is
imported inside functions only.
"""

from __future__ import annotations

import os
import shutil
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptoir.audit.rules import RULES, Rule
from comptoir.settings import ComptoirError, Settings, get_settings

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.file_data_context import FileDataContext
    from great_expectations.expectations.expectation import Expectation

CONFIG_FILE = "great_expectations.yml"
DATASOURCE, ASSET, BATCH = "computed_frames", "frame", "whole"
GENERATED_BY = "python -m comptoir.audit.project"
_NAMESPACE = uuid.UUID("6f0c1d7e-6d0e-5b57-9d3a-5c0a9d2f8b11")


def generated_id(*names: str) -> str:
    """A stable id for a named part of the project."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(names)))


def audit_dir(settings: Settings) -> Path:
    """Validation results and Data Docs: ``var/audit``, never the repository."""
    return settings.var_dir / "audit"


def open_project(settings: Settings, project_dir: Path | None = None) -> FileDataContext:
    """Open the committed project with its outputs under ``var/audit``.

    Raises:
        ComptoirError: the project's configuration is missing (Great Expectations would otherwise make a new one).
    """
    # Read once, at import: no usage statistics may leave a territory's machine.
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx

    project_dir = project_dir or settings.expectations_dir
    if not (project_dir / CONFIG_FILE).exists():
        raise ComptoirError(
            f"No Great Expectations project at {project_dir}. Restore {CONFIG_FILE} from the repository."
        )
    return gx.get_context(
        mode="file",
        context_root_dir=project_dir,
        runtime_environment={"COMPTOIR_AUDIT_DIR": str(audit_dir(settings))},
    )


def write_project(project_dir: Path, settings: Settings) -> list[Path]:
    """Write the suites, validation definitions and checkpoints of both gates below ``project_dir``.

    Returns:
        The files written. ``great_expectations.yml`` is kept by hand and must be there.
    """
    for folder in ("suites", "validation_definitions", "checkpoints"):
        shutil.rmtree(project_dir / folder, ignore_errors=True)
    context = open_project(settings, project_dir)
    from great_expectations import Checkpoint, ExpectationSuite, ValidationDefinition

    batch = context.data_sources.get(DATASOURCE).get_asset(ASSET).get_batch_definition(BATCH)
    written: list[Path] = []

    def write(folder: str, name: str, store: Any, thing: object) -> None:
        # The stores would give random ids on add; serialising by the same stores keeps ours.
        text: str = store.serialize(thing)
        path = project_dir / folder / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.rstrip() + "\n", encoding="utf-8")
        written.append(path)

    for name, rules in RULES.items():
        suite = ExpectationSuite(
            name=name,
            id=generated_id("suite", name),
            expectations=[_expectation(rule) for rule in rules],
            meta={"generated_by": GENERATED_BY},
        )
        for rule, expectation in zip(rules, suite.expectations, strict=True):
            expectation.id = generated_id("expectation", name, rule.name)
        write("suites", name, context.expectations_store, suite)
        definition = ValidationDefinition(
            name=name, id=generated_id("validation", name), data=batch, suite=context.suites.get(name)
        )
        write("validation_definitions", name, context.validation_definition_store, definition)
        checkpoint = Checkpoint(
            name=name,
            id=generated_id("checkpoint", name),
            validation_definitions=[context.validation_definitions.get(name)],
            result_format={"result_format": "COMPLETE"},
        )
        write("checkpoints", name, context.checkpoint_store, checkpoint)
    return written


def _expectation(rule: Rule) -> Expectation:
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.registry import get_expectation_impl

    expectation: Expectation = get_expectation_impl(rule.expectation)(
        **{key: value for key, value in rule.kwargs.items() if value is not None},
        severity=FailureSeverity.CRITICAL if rule.severity == "block" else FailureSeverity.WARNING,
        meta={"rule": rule.name, "severity": rule.severity, "message": rule.message, "compares": rule.compares},
    )
    return expectation


if __name__ == "__main__":
    _settings = get_settings()
    for _path in write_project(_settings.expectations_dir, _settings):
        sys.stdout.write(f"{_path.relative_to(_settings.project_dir)}\n")
