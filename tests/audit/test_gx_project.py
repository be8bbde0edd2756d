from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from comptoir.audit import gate, project
from comptoir.audit.rules import RULES
from comptoir.settings import ComptoirError


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in folder.rglob("*")
    }


def test_the_committed_project_is_what_the_rules_generate(settings, tmp_path):
    copy = tmp_path / "expectations"
    copy.mkdir()
    shutil.copy(settings.expectations_dir / project.CONFIG_FILE, copy)
    written = project.write_project(copy, settings)
    assert {path.relative_to(copy).as_posix() for path in written} == {
        f"{folder}/{gate_name}.json"
        for folder in ("suites", "validation_definitions", "checkpoints")
        for gate_name in ("landing", "serving")
    }
    generated = {name: digest for name, digest in digests(copy).items() if name.endswith((".json", ".yml"))}
    committed = {name: d for name, d in digests(settings.expectations_dir).items() if name.endswith((".json", ".yml"))}
    assert generated == committed, f"run `{project.GENERATED_BY}`"


@pytest.mark.parametrize("name", RULES)
def test_each_expectation_says_its_severity_and_message(settings, name):
    suite = json.loads((settings.expectations_dir / "suites" / f"{name}.json").read_text())
    assert [expectation["meta"]["severity"] for expectation in suite["expectations"]] == [
        r.severity for r in RULES[name]
    ]
    assert all(expectation["meta"]["message"] for expectation in suite["expectations"])
    assert len({rule.name for rule in RULES[name]}) == len(RULES[name])


def test_running_a_gate_changes_no_committed_file_and_keeps_its_result(settings):
    before = digests(settings.expectations_dir)
    columns = {rule.kwargs["column"] for rule in RULES["serving"]}
    frame = pd.DataFrame(
        [dict.fromkeys(columns, float("nan")) | {"publication_rows": 2.0, "subject": "comptoir.duckdb"}]
    )
    (breach,) = gate.run_gate("serving", frame, settings)
    assert (breach.row, breach.rule, breach.is_blocking) == (0, "one_publication_row", True)
    assert digests(settings.expectations_dir) == before
    (result,) = (settings.var_dir / "audit" / "validations" / "serving").rglob("*.json")
    assert json.loads(result.read_text())["success"] is False


def test_a_rule_that_cannot_be_evaluated_is_never_a_pass(settings):
    columns = {rule.kwargs["column"] for rule in RULES["serving"]} - {"publication_rows"}
    frame = pd.DataFrame([dict.fromkeys(columns, float("nan")) | {"subject": "x"}])
    with pytest.raises(ComptoirError, match=r"could not evaluate its rule 'one_publication_row'.*publication_rows"):
        gate.run_gate("serving", frame, settings)


def test_old_results_are_forgotten(settings, monkeypatch):
    monkeypatch.setattr(gate, "KEPT_RUNS", 2)
    columns = {rule.kwargs["column"] for rule in RULES["serving"]}
    for _ in range(4):
        gate.run_gate("serving", pd.DataFrame([dict.fromkeys(columns, float("nan"))]), settings)
    assert len(list((settings.var_dir / "audit" / "validations" / "serving").rglob("*.json"))) == 2


def test_a_missing_project_is_not_made_anew(settings, tmp_path):
    with pytest.raises(ComptoirError, match="No Great Expectations project"):
        project.open_project(settings, tmp_path)
    assert list(tmp_path.iterdir()) == []
