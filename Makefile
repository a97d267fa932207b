# demo, test, and what they need.
PYTHON ?= python3
BIN := .venv/bin
DEG := $(BIN)/deg
THREADS := OMP_NUM_THREADS=2

BEHAVIOURS := locomotion,turning,grooming,digging,rearing,scratching

.PHONY: demo test bench clean

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	@echo "installing deg and its tools into .venv (PyTorch is large)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test,lint,docs]"
	@touch .venv/installed

# Simulated mice: six recordings to learn from, two to choose thresholds, two that no model sees. Given again after an
# interruption, it goes on where it stopped.
demo: .venv/installed
	test -d demo/videos || $(DEG) sample demo/videos --species mouse --recordings 10 --frames 1800
	for preset in small baseline; do \
	  test -f demo/$$preset/project.yaml || \
	    $(DEG) new demo/$$preset --quiet --behaviours $(BEHAVIOURS) --preset $$preset || exit; \
	  $(DEG) add "demo/videos/*.mp4" --labels "{stem}_labels.csv" --project demo/$$preset --quiet || exit; \
	  $(THREADS) $(DEG) train --project demo/$$preset || exit; \
	  $(THREADS) $(DEG) evaluate --project demo/$$preset --quiet > demo/$$preset.txt || exit; \
	done
	$(DEG) evaluate --project demo/small --against demo/baseline
	$(DEG) plot ethogram mouse-09 --project demo/small --output demo/ethogram.png
	$(DEG) plot confusion --project demo/small --output demo/confusion.png
	$(DEG) video mouse-09 --project demo/small --output demo/ethogram.mp4
	$(DEG) export mouse-09 --format bouts-csv --project demo/small --output demo

test: .venv/installed
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	PATH="$(BIN):$$PATH" $(BIN)/lint-imports
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q --numprocesses auto --dist loadfile

# Engines of their own are measured too; they are kept apart, so that tests see what deg itself offers.
bench: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target .venv/bench plugins/deg-openvino
	PYTHONPATH=.venv/bench $(BIN)/python benchmarks/speed.py

clean:
	rm -rf demo build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
