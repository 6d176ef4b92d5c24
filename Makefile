# `make` or `make help` lists what can be done here. ARGS="..." is handed on to the command that is run.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test prove check format bench pins

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: ## Start a demonstration on this machine and print where to click
	@tools/prepare runtime
	@exec $(BIN)/grantway demo $(ARGS)

test: ## Run every test at bounded counts (ARGS="tests/core -k name")
	@tools/prepare develop
	@$(PYTEST) -n 2 $(ARGS)

prove: ## Run every test at full counts, then every seeded defect: slow, for closing notes
	@tools/prepare develop
	@GRANTWAY_TEST_COUNTS=full $(PYTEST) -n 2 -o faulthandler_timeout=10800 $(ARGS)
	@$(BIN)/python -m tools.defects --jobs 2

check: ## What a change must pass: format, lint, types, import directions, tests
	@tools/prepare develop
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@$(PYTEST) -n 2 $(ARGS)

format: ## Rewrite the code as the formatter and the linter's safe fixes want it
	@tools/prepare develop
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

bench: ## Measure the server against the constant and print the figures
	@tools/prepare bench
	@$(BIN)/python -m bench $(ARGS)

pins: ## Compile what pyproject.toml and requirements/*.in name to pinned files with hashes (ARGS="--upgrade" takes newer versions)
	@tools/prepare develop
	@$(COMPILE) $(ARGS) pyproject.toml requirements/build.in -o requirements/runtime.txt
	@$(COMPILE) $(ARGS) --extra otel pyproject.toml requirements/build.in requirements/develop.in -o requirements/develop.txt
