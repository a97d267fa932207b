# demo, test, and what they need.
PYTHON ?= python3
BIN := .venv/bin
DEG := $(BIN)/deg
THREADS := OMP_NUM_THREADS=2

.PHONY: demo test bench clean

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	@echo "installing deg and its tools into .venv (PyTorch is large)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test,lint]"
	@touch .venv/installed

test: .venv/installed
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	PATH="$(BIN):$$PATH" $(BIN)/lint-imports
	$(BIN)/python -m pytest -q

bench: .venv/installed
	$(BIN)/python benchmarks/pipeline.py

clean:
	rm -rf demo build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
