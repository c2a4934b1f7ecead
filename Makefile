# `make demo` runs everything that this project shows, `make test` checks everything that it promises.
# Both make .venv themselves; a second run reuses it and starts at once.

PYTHON ?= python3
BIN := .venv/bin
OUT ?= out

.PHONY: demo test long words clean

demo: .venv/demo
	$(BIN)/python -m demos --all --out $(OUT)

test: .venv/test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 -q
	$(BIN)/python -m demos --all --quick --out .venv/pictures

long: .venv/test
	AUTOGRAD_MINI_LONG=1 $(BIN)/python -m pytest -q tests/long

# Collects the texts to translate into the catalogues and compiles them; what is new waits there with an empty msgstr.
words: .venv/test
	for domain in autograd_mini nn demos; do \
	  $(BIN)/pybabel --quiet extract -k N_ -k _ -k ngettext:1,2 --no-location --sort-by-file -o .venv/$$domain.pot $$domain && \
	  $(BIN)/pybabel --quiet update -D $$domain -l zh_CN -d $$domain/locale -i .venv/$$domain.pot --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date && \
	  $(BIN)/pybabel --quiet compile -D $$domain -d $$domain/locale || exit 1; \
	done

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[all]"
	touch $@

.venv/test: .venv/demo pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group test
	touch $@

clean:
	rm -rf .venv $(OUT) .mypy_cache .ruff_cache .pytest_cache .hypothesis
