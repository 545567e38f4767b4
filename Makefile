# The commands of the house. `make run` and `make test` work on a machine that has Python 3.11 or newer and make.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run test check bench load format translations clean

help: ## list the commands
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 16

.venv/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version)."; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; echo "Installing python3-venv …"; \
	  { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null 2>&1 || sudo -n apt-get install -y -qq python3-venv >/dev/null; } \
	  && $(PYTHON) -m venv .venv || { echo "Install the venv module first:  sudo apt-get install python3-venv"; exit 1; }; }
	@touch $@

.venv/runtime: .venv/pip requirements.txt scripts/system-packages
	@scripts/system-packages run
	@echo "Installing what the application needs …"
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/development: .venv/runtime requirements-dev.txt scripts/system-packages
	@scripts/system-packages test
	@echo "Installing what the tests need …"
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: .venv/runtime ## start the demo: web and mail worker, with the sample event
	@scripts/run

test: .venv/development ## run every test, on SQLite and PostgreSQL, Chromium included
	@$(BIN)/pybabel -q compile -d translations
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadgroup $(ARGS) # compiled once for the many processes

check: .venv/development ## read the code: style, types, layers, templates, translations, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/python scripts/translations.py check
	$(BIN)/python scripts/migrations_equal_models.py

bench: .venv/development ## measure speed beside the floor; prints a table and writes bench.json (ROWS=forms: only these)
	@$(BIN)/pybabel -q compile -d translations
	@scripts/system-packages bench
	@$(BIN)/python -m tests.load.bench $(ROWS)

load: .venv/development ## race many processes for few seats; prints a table and writes load.json
	@$(BIN)/pybabel -q compile -d translations
	@$(BIN)/python -m tests.load.race

format: .venv/development ## put the code in order
	$(BIN)/ruff check --fix -q .
	$(BIN)/ruff format -q .

translations: .venv/development ## collect the texts of the code into the catalogues
	$(BIN)/python scripts/translations.py update

clean: ## remove the environment, the demo's data and what tools left behind
	rm -rf .venv instance .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
