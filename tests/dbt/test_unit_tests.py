"""The unit tests of dbt's rules: one row in, one row out, on the models' real SQL."""

from __future__ import annotations

import json

import pytest

from comptoir.warehouse.build import dbt

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_every_unit_test_of_the_project_passes(warehouse):
    outcome = dbt(["test", "--select", "test_type:unit"], warehouse.settings)
    ran = [item for item in outcome.results if item.node.resource_type == "unit_test"]
    assert {item.node.name: item.message for item in ran if item.status != "pass"} == {}
    manifest = json.loads((warehouse.settings.var_dir / "dbt" / "target" / "manifest.json").read_text())
    assert len(ran) == len(manifest["unit_tests"]) > 8
