# `make run` and `make test` need Python 3.11 and make, nothing else: uv comes from the package registry.
# A stamp in each environment remembers which lock was installed, so that the second time is quick.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV_VERSION := 0.13.9
WORLD ?= seeded
DATA ?=

BIN := .venv/bin
UV := $(BIN)/uv
INSTALL := $(UV) pip install --quiet --require-hashes

export DO_NOT_TRACK := 1
export SCARF_ANALYTICS := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export RUNTIME__DLTHUB_TELEMETRY := false
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED := False
# Modules are compiled when first imported, and kept so, whatever the caller's environment says.
export PYTHONDONTWRITEBYTECODE :=
export COMPTOIR_MAKE_STARTED := $(shell date +%s)

.DEFAULT_GOAL := help
.PHONY: help run stop test lint lock clean clean-environments browser

help:
	@echo "make run                              the simulated region: everything up, nights run, dashboards served"
	@echo "make run WORLD=recorded DATA=FOLDER   the same on files that real publishers produced"
	@echo "make stop                             ends everything that 'make run' started"
	@echo "make test                             every check and test    make lint    checks only"
	@echo "make lock                             resolves the dependencies again"
	@echo "make clean                            removes caches          make clean-environments    removes .venv*"

run: .venv/.pipeline .venv-superset/.superset
	@$(BIN)/python -m comptoir.orchestration.local up --world $(WORLD) $(if $(DATA),--data "$(DATA)")

stop:
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m comptoir.orchestration.local down; else echo "Nothing was installed, nothing runs."; fi

# ---- environments

$(UV):
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "Comptoir needs Python 3.11. Install it, or say where it is: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Creating .venv …"
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv || \
	  { echo "Python's venv module is missing. On Debian: apt-get install python3.11-venv"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.pipeline: requirements/pipeline.lock pyproject.toml | $(UV)
	@echo "Installing the pipeline …"
	@$(INSTALL) --python $(BIN)/python -r requirements/pipeline.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

.venv/.dev: requirements/dev.lock .venv/.pipeline
	@echo "Installing the development tools …"
	@$(INSTALL) --python $(BIN)/python -r requirements/dev.lock
	@touch $@

.venv-superset/.superset: requirements/superset.lock | $(UV)
	@echo "Installing Superset …"
	@test -x .venv-superset/bin/python || $(UV) venv --quiet --python $(BIN)/python .venv-superset
	@$(INSTALL) --python .venv-superset/bin/python -r requirements/superset.lock
	@touch $@

lock: | $(UV)
	PATH="$(CURDIR)/$(BIN):$$PATH" sh requirements/lock.sh

# ---- checks

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt
	$(BIN)/comptoir inventory sync --check

# The tests of a file share what they build, so a file is one worker's; whoever is free takes the next one.
test: lint browser .venv-superset/.superset
	@mkdir -p var/test
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --junitxml=var/test/results.xml; code=$$?; \
	  $(BIN)/python -c "import xml.etree.ElementTree as x; s=x.parse('var/test/results.xml').getroot().find('testsuite').attrib; \
	  n=int(s['tests']); k=int(s['skipped']); f=int(s['failures'])+int(s['errors']); \
	  print(f'comptoir tests: {n-k} ran, {n-k-f} passed, {f} failed, {k} skipped')"; exit $$code

# With root and no browser, one is installed; without root the browser tests are skipped, and say so.
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing a browser …"; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else echo "NO BROWSER: the browser tests will be skipped. Install chromium, or run as root once."; fi

# ---- cleaning: var/lake and var/secrets are never deleted by a command

clean:
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist dbt/target dbt/logs var/test
	@find src tests dags dbt superset expectations -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	@echo "Caches are gone. var/lake and var/secrets are never removed by a command; 'make clean-environments' removes .venv*."

clean-environments: stop
	rm -rf .venv .venv-superset
