# `make demo` runs everything that this project shows, `make test` checks everything that it promises.
# Both make .venv themselves; a second run reuses it and starts at once.

PYTHON ?= python3
BIN := .venv/bin
OUT ?= out

.PHONY: demo test long clean

demo: .venv/demo
	$(BIN)/python -m demos all --out $(OUT)

test: .venv/test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 -q
	$(BIN)/python -m demos all --quick --out .venv/pictures

long: .venv/test
	AUTOGRAD_MINI_LONG=1 $(BIN)/python -m pytest -q tests/long

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[all]"
	touch $@

.venv/test: .venv/demo pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[bench]" --group test
	touch $@

clean:
	rm -rf .venv $(OUT) .mypy_cache .ruff_cache .pytest_cache .hypothesis
