# Everything here does its own set-up on a machine with Python 3.11 or newer; the second time that takes no time.
SHELL := /bin/bash
BIN := .venv/bin
RUN := .venv/.run.done
DEV := .venv/.dev.done

.PHONY: help demo demo-live demo-exports demo-research test lint format bench bench-quick validity drill docs lock clean

help: ## Show this list.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 16

demo: $(RUN) ## One real course from data to explained scores, in under a minute.
	@examples/oulad-aaa-2013j/demo

demo-live: $(RUN) ## An invented live programme: late joiners, excusals, a source that was down.
	@examples/live-programme/demo

demo-exports: $(RUN) ## An invented term of workshops: a folder of a dozen tools' exports, imported by one command.
	@examples/term-of-workshops/demo

demo-research: $(RUN) ## A year of an invented university: extent, depth, reach, quality, and what may be published of it.
	@examples/research-year/demo

# A file stays with one worker, so that what it prepares is prepared once; files in order, so that the small ones of src come last.
test: $(DEV) ## Every test, also those that need more than Python.
	@scripts/system-packages
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(DEV) ## Form, types and the floors of the house.
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: run make format."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >.venv/imports.log 2>&1 || { cat .venv/imports.log; exit 1; }
	@echo "Form, types and floors are as they should be."

format: $(DEV) ## Format the code and mend what can be mended.
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: $(DEV) ## Speed and memory beside peers, 1 to 50 million events.
	@$(BIN)/python benchmarks/run.py

bench-quick: $(DEV) ## The same at a tenth of the size, in about two minutes.
	@$(BIN)/python benchmarks/run.py --quick

validity: $(DEV) ## How well scores rank people, in every dataset that has an outcome: make validity DATA=folder-of-the-datasets
	@OMP_NUM_THREADS=1 $(BIN)/python benchmarks/validity "$(DATA)"

drill: $(DEV) ## Kill imports and scorings hundreds of times.
	@ENGAGETREE_DRILL_KILLS=300 ENGAGETREE_DRILL_CUTS=30 $(BIN)/python -m pytest -m drill tests

docs: $(RUN) ## Write the reference pages anew from the code.
	@$(BIN)/python scripts/reference.py docs/reference

lock: ## Pin the dependencies anew (needs uv).
	@scripts/lock

clean: ## Remove what was made here, except .venv.
	@rm -rf out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(RUN): requirements/run.lock pyproject.toml scripts/python-environment
	@[ -e $(DEV) ] && [ $(DEV) -nt requirements/dev.lock ] && [ $(DEV) -nt pyproject.toml ] || scripts/python-environment requirements/run.lock
	@touch $@

$(DEV): requirements/dev.lock pyproject.toml scripts/python-environment
	@scripts/python-environment requirements/dev.lock
	@touch $@
