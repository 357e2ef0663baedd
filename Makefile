# Two commands do everything on a fresh machine: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test quick bench slow soak million kill fuzz lint format clean

help:
	@echo "make demo    the mock, a sample backend and a simulated phone, every login flow"
	@echo "make test    every test this machine can run (MOCKWX_TEST_ALL=1: a missing tool fails)"
	@echo "make quick   the tests that need nothing but Python, in under a minute"
	@echo "make bench   speed beside other mock servers, in ratios (wants wrk; minutes)"
	@echo "make slow    calls beside a thousand slow connections on each listener (minutes)"
	@echo "make soak    a million mixed calls: memory, files and threads stay (SOAK='--requests N')"
	@echo "make million a million logins by Locust, each judged, on Redis (MILLION='--logins N')"
	@echo "make kill    kill -9 under load, a hundred times for each store (minutes)"
	@echo "make fuzz    every parser, half an hour (FUZZ='--minutes N')"
	@echo "make lint    ruff, mypy and the import contracts"

demo: $(VENV)/.demo
	$(BIN)/mockwx demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -m "" --durations=10

quick: $(VENV)/.dev
	$(BIN)/python -m pytest -q

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks --json build/benchmarks.json $(BENCH)

slow: $(VENV)/.dev
	$(BIN)/python -m tests.endurance.slow

soak: $(VENV)/.dev
	MALLOC_ARENA_MAX=1 $(BIN)/python -m tests.endurance.soak $(SOAK)

million: $(VENV)/.dev
	$(BIN)/python -m tests.endurance.million $(MILLION)

kill: $(VENV)/.dev
	MOCKWX_TEST_KILLS=100 $(BIN)/python -m pytest -m "" -s tests/fuzz/test_kill.py

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz.long $(FUZZ)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "mockwx needs Python 3.10 or newer; point PYTHON at one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(VENV)/bin/python setup.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python setup.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.demo
