# Everything a contributor needs; `make help` lists it. Needs Python 3.11, 3.12 or 3.13 with venv and pip, nothing else.

VENV := .venv
BIN := $(VENV)/bin
DEMO_OUTPUT := demo-output
SITE := site

# Environments hold absolute paths, so a stamp names the place: in a moved or copied tree that of the old one doesn't
# count.
HERE := $(shell pwd -P | cksum | cut -d' ' -f1)

# Current versions of the libraries, on any of these Pythons. yahpo-gym wants old ones: who needs its tests says
# `make YAHPO=1 ...`, as CI does, and that environment then serves all other commands, too.
YAHPO ?= $(if $(wildcard $(VENV)/.installed-$(HERE)),1)
ifeq ($(YAHPO),)
ENVIRONMENT := modern
EXTRAS := onnx,makers,ray,test,peers,smac,dev,docs
PYTHONS := 3.11 3.12 3.13
STAMP := $(VENV)/.installed-modern-$(HERE)
else
ENVIRONMENT := yahpo
EXTRAS := yahpo,makers,ray,logs,wandb,loggers,test,peers,syne-tune,dev,docs
PYTHONS := 3.11
STAMP := $(VENV)/.installed-$(HERE)
endif
CONSTRAINTS := constraints/$(ENVIRONMENT).txt

# Where to take PyTorch from: `make TORCH_INDEX=https://download.pytorch.org/whl/cpu ...` gets its CPU build.
TORCH_INDEX ?=

# Two processes, each with half of the files, so that what a file's tests share is made once.
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal

# Tests start some hundred processes: they shall find our modules compiled, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

# The first of these that really runs, is one of PYTHONS and can make environments.
# Override with `make PYTHON=/path/to/python3.12 ...`.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3 python; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit("%d.%d" % sys.version_info[:2] not in "$(PYTHONS)".split())' \
	2>/dev/null && echo $$python && break; done)

.DEFAULT_GOAL := help
.PHONY: help setup demo test laws attacks check docs coverage sbom bench bench-smoke clean clean-all

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv with everything in it (other commands do it when it's needed)

# An environment without this stamp is of unknown state (interrupted, moved): start over. With an outdated stamp,
# pip only changes what changed.
$(STAMP): pyproject.toml $(CONSTRAINTS)
	@test -n "$(PYTHON)" || { echo "No Python with venv found that is one of $(PYTHONS): install one," \
		"or say make PYTHON=..." >&2; exit 1; }
	@echo "Setting up $(VENV); the first time takes a few minutes ..."
	@test -e $@ || $(PYTHON) -m venv --clear $(VENV)
	@$(if $(TORCH_INDEX),$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --no-deps --index-url $(TORCH_INDEX) torch)
	@$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable ".[$(EXTRAS)]"
	@$(BIN)/python -m pip check
	@touch $@

demo: $(STAMP) ## Compare DyHPO, ASHA and random search; figure, tables and logs in demo-output/
	@rm -rf $(DEMO_OUTPUT)
	$(BIN)/simdyhpo demo --out $(DEMO_OUTPUT)

# One thread a process: two test processes share the cores.
test: export OMP_NUM_THREADS := 1
test: $(STAMP) ## Run the tests (make test ARGS="-k asha" for some of them)
	$(PYTEST) $(ARGS)

laws: export OMP_NUM_THREADS := 1
laws: export SIMDYHPO_EVERY_LAW := 1
laws: $(STAMP) ## Check every scheduler against every law, those that take minutes with a model, too (half an hour)
	$(PYTEST) tests/conformance -k "test_law or test_what_an_auditor_sees" $(ARGS)

attacks: export OMP_NUM_THREADS := 1
attacks: export SIMDYHPO_EVERY_ATTACK := 1
attacks: $(STAMP) ## Attack stored results: every bit of a cell and a plan flipped, two environments at once
	$(PYTEST) tests/studies/test_attacks.py $(ARGS)

check: $(STAMP) docs ## Lint, formatting, types, import contracts, dead and duplicated code, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/dead_code.py
	$(BIN)/pylint simdyhpo tools benchmarks plots

# Warnings are errors: a link or a name in a docstring that leads nowhere.
docs: $(STAMP) ## Build the site: site/index.html
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -b html docs $(SITE)

# Mutants are the package with faults: what they run says nothing about the package.
coverage: export OMP_NUM_THREADS := 1
coverage: $(STAMP) ## Run the tests and see which lines and branches they reach: htmlcov/index.html
	$(PYTEST) -m "not mutation" --cov --cov-report=html --cov-report=term $(ARGS)

sbom: $(STAMP) ## Write what is installed to sbom.json: a software bill of materials (CycloneDX)
	$(BIN)/python tools/sbom.py sbom.json

# One thread: figures of several threads say little about the code, and runs use one anyway.
bench bench-smoke: export OMP_NUM_THREADS := 1
bench: $(STAMP) ## Measure speed and memory beside the reference's; writes docs/benchmarks.md (half an hour)
	$(BIN)/python -m benchmarks $(ARGS)

bench-smoke: $(STAMP) ## See that every benchmark runs, in tiny sizes; writes nothing
	$(BIN)/python -m benchmarks --smoke

clean: ## Remove what the commands made, except .venv
	rm -rf $(DEMO_OUTPUT) $(SITE) sbom.json simdyhpo-demo build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache \
		.hypothesis .coverage .coverage.* htmlcov
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +

clean-all: clean ## Remove .venv, too
	rm -rf $(VENV)
