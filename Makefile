# Commands for people. `make help` lists them.

VENV := .venv
DEMO ?= demo

.DEFAULT_GOAL := help
.PHONY: help set-up run test test-fast bench lint format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

set-up: ## Make .venv with the locked dependencies; done by the others when needed
	@PYTHON="$(PYTHON)" scripts/set-up

run: set-up ## Generate a sample hospital group and run the main job on it, as a Prefect flow
	@$(VENV)/bin/farr demo $(DEMO) --prefect

test: set-up ## Run every test
	@$(VENV)/bin/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

test-fast: set-up ## Run the tests that take seconds
	@$(VENV)/bin/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder -m "not slow"

bench: set-up ## Time the main job against bare DuckDB, and the code sets, the rules, the measures and influence alone; ARGS="--help" says more
	@$(VENV)/bin/python -m tests.bench $(ARGS)
	@$(VENV)/bin/python -m tests.bench.codes
	@$(VENV)/bin/python -m tests.bench.rules
	@$(VENV)/bin/python -m tests.bench.editor
	@$(VENV)/bin/python -m tests.bench.measures
	@$(VENV)/bin/python -m tests.bench.influence

lint: set-up ## Check style and formatting
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .

format: set-up ## Put the code in the project's format
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

clean: ## Remove the sample hospital group and what tests and tools left; .venv stays
	rm -rf $(DEMO) .pytest_cache .hypothesis .ruff_cache build *.egg-info
