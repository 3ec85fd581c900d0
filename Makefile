# Every verb works from a fresh clone: the first run makes .venv and installs what that verb needs.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip install -qq --disable-pip-version-check -c constraints.txt
SOURCE := $(wildcard src scripts tests benchmarks examples)

# One BLAS thread a process: the tests already use every core, and small matrices gain nothing from more.
TESTENV := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

# Extra arguments of the tool behind demo, test, test-long and bench: make test ARGS="-k codec -x"
ARGS ?=

.DEFAULT_GOAL := help

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(VENV)/.demo-stamp ## tune a small PyTorch network on this machine
	@$(PY) examples/pytorch_digits.py $(ARGS)
	@echo "(The luthier command is $(VENV)/bin/luthier.)"

.PHONY: test
test: $(VENV)/.test-stamp ## run the tests, without the slow ones
	@$(TESTENV) $(PY) -m pytest -n auto --dist worksteal $(ARGS)

.PHONY: test-long
test-long: $(VENV)/.test-stamp ## run the slow tests: statistics and injected faults
	@$(TESTENV) $(PY) -m pytest -n auto --dist worksteal -m "slow and not gpu" --timeout=1800 $(ARGS)

.PHONY: lint
lint: $(VENV)/.lint-stamp ## check style, types, layers and size budgets
	@$(VENV)/bin/ruff check $(SOURCE)
	@$(VENV)/bin/ruff format --check $(SOURCE)
	@$(MAKE) --no-print-directory mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(PY) scripts/budgets.py

# One of lint's checks, apart because the commit hook needs the same list of folders.
.PHONY: mypy
mypy: $(VENV)/.lint-stamp
	@$(VENV)/bin/mypy $(SOURCE)

.PHONY: format
format: $(VENV)/.lint-stamp ## fix what ruff can fix, and format
	@$(VENV)/bin/ruff check --fix-only $(SOURCE)
	@$(VENV)/bin/ruff format $(SOURCE)

.PHONY: bench
bench: $(VENV)/.bench-stamp ## compare speed with other libraries
	@$(PY) -m benchmarks $(ARGS)

.PHONY: bench-quality
bench-quality: $(VENV)/.test-stamp ## compare what searches find with other tuners
	@$(TESTENV) $(PY) -m benchmarks.quality $(ARGS)

.PHONY: clean
clean: ## remove builds and caches; the environment stays (rm -r .venv)
	@rm -rf build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find $(SOURCE) -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. A stamp is newer than the two files that say what to install, so a second run installs nothing.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "luthier needs Python 3.11 or newer, but '$(PYTHON)' is" \
	         "$$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.11 ..." >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "$(PYTHON) could not make $(VENV): see above (Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }

$(VENV)/.%-stamp: pyproject.toml constraints.txt | $(PY)
	@echo "Installing what 'make $*' needs into $(VENV) (the first time takes minutes) ..."
	@$(PIP) -e '.[$*]'
	@touch $@
