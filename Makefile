# SPDX-License-Identifier: EUPL-1.2
# Two commands matter: `make demo` and `make test`. Both need git, make and Python >= 3.11 with venv; nothing else.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo install test check format bench mutants mutants-dossier lock clean

demo: $(READY)
	@$(BIN)/hub demo $(DEMO_ARGS)

TEST_ARGS ?= --durations=25
test: $(READY) check
	@$(BIN)/python -m hub.broker.prepare
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(TEST_ARGS)

# The environment alone, with .venv/bin/hub and .venv/bin/connect.
install: $(READY)

check: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m schemas.registry check
	@$(BIN)/python -m hub.docs --check

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY)
	@$(BIN)/hub bench

# Change the policy in one place at a time: some test must see another delivery or denial (three minutes).
mutants: $(READY)
	@$(BIN)/python -m tests.mutation.policy_mutants

# Change the code of the dossier in one place at a time: a story or a test must fail. MUTANTS=0 tries them all.
MUTANTS ?= 600
mutants-dossier: $(READY)
	@$(BIN)/python -m tests.mutation.dossier_mutants --sample $(MUTANTS)

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: run make with PYTHON=python3.12, or install one.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing locked requirements into $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Renew the locked requirements: every version and hash, no address of an index.
lock:
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header --extra dev pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) tests/npm/node_modules build *.egg-info .mypy_cache .ruff_cache .pytest_cache
