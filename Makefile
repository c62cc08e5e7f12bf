# Relance: the commands of every day. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The ports of `make run`, when the usual ones are taken: make run ENGINE_PORT=4666 …
ENGINE_PORT ?=
MAILBOX_PORT ?=
SMTP_PORT ?=
export RELANCE_ENGINE_PORT := $(ENGINE_PORT)
export RELANCE_MAILBOX_PORT := $(MAILBOX_PORT)
export RELANCE_SMTP_PORT := $(SMTP_PORT)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

NATIVE := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
FIND_PYTHON = for candidate in python3.13 python3 python $$(ls -d ~/.pyenv/versions/3.13*/bin/python 2>/dev/null); do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && break; candidate=; \
	done; \
	if [ -z "$$candidate" ]; then \
	  echo "Python 3.13 is needed and was not found. Install it (pyenv install 3.13, or your"; \
	  echo "system's python3.13 and python3.13-venv packages) and type the command again."; exit 1; \
	fi
# Packages are compiled when first imported: most of their modules never are, and it takes a minute.
# One line now and then from pip, which else says nothing or too much.
COUNT = awk -v all="$$(grep -c '^[a-z].*==' $(1))" \
	'/^Collecting /{ if (++n % 20 == 0) { printf "    %d of %d packages for $(2)\n", n, all; fflush() } } \
	 /^Installing collected/{ print "    unpacking those for $(2)"; fflush() }'

.PHONY: help
help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

.PHONY: run
run: setup ## set up, start the local AWS and the mailbox, deploy, load the demo, run its night
	@.venv/bin/relance up
	@.venv/bin/relance demo

.PHONY: stop
stop: ## stop what `make run` started; all state is kept
	@if [ -x .venv/bin/relance ]; then .venv/bin/relance down; else echo "Nothing is set up, so nothing runs."; fi

.PHONY: reset
reset: ## stop and forget all state of `make run` (asks; YES=1 does not ask)
	@if [ -x .venv/bin/relance ]; then .venv/bin/relance reset $(if $(YES),--yes); else echo "Nothing is set up."; fi

# What synthesizes and deploys the stack, and so builds its layers: in one process, beside the rest.
STACK_TESTS := tests/infra tests/local

.PHONY: test
test: setup ## set up, then every check and every test
	@failed=; \
	mkdir -p build; \
	echo "→ pytest $(STACK_TESTS), beside all the rest and shown at the end"; \
	.venv/bin/pytest $(STACK_TESTS) > build/stack-tests.txt 2>&1 & stack=$$!; \
	for check in "ruff check ." "ruff format --check ." mypy lint-imports; do \
	  echo "→ $$check"; .venv/bin/$$check || failed="$$failed, $$check"; \
	done; \
	echo "→ pytest, all but $(STACK_TESTS)"; \
	.venv/bin/pytest -q -n 3 --dist loadfile --no-loadscope-reorder $(addprefix --ignore=,$(STACK_TESTS)) || failed="$$failed, pytest"; \
	echo "→ pytest $(STACK_TESTS)"; \
	wait $$stack || failed="$$failed, pytest $(STACK_TESTS)"; \
	cat build/stack-tests.txt; \
	if [ -n "$$failed" ]; then echo "Failed: $${failed#, }"; exit 1; fi; \
	echo "All checks and tests passed."

.PHONY: grants
grants: setup ## take each grant of each function away in turn; a test must notice (20 minutes)
	@.venv/bin/python -m tests.local.remove_grants

.PHONY: layer
layer: .venv/.ready ## build the layer that draws letters on AWS (ARCHITECTURE=x86_64, KEEP_VERSIONS=1)
	@.venv/bin/python -m infra.weasyprint_layer --architecture $(or $(ARCHITECTURE),arm64) $(if $(KEEP_VERSIONS),--keep-versions)

.PHONY: lint
lint: .venv/.ready ## the checks without the tests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

.PHONY: setup
setup: ## install what running and testing need, once
	@$(MAKE) -j 3 .venv/.ready .venv-aws/.ready node_modules/.ready
	@$(MAKE) native

.PHONY: lock
lock: .venv/.ready ## work out requirements/*.txt again from requirements/*.in
	@cd requirements; \
	for name in runtime weasyprint emulator dev; do \
	  echo "→ requirements/$$name.txt"; \
	  CUSTOM_COMPILE_COMMAND="make lock" ../.venv/bin/pip-compile --quiet --generate-hashes --allow-unsafe \
	    --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    --output-file=$$name.txt $$name.in; \
	done
	@npm install --package-lock-only --ignore-scripts --silent

.venv/.ready: requirements/dev.txt pyproject.toml
	@$(FIND_PYTHON); \
	echo "→ Installing the Python packages (.venv; a minute the first time)"; \
	.venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null \
	  || "$$candidate" -m venv --clear .venv; \
	.venv/bin/python -m pip install --no-compile --require-hashes -r requirements/dev.txt | $(call COUNT,requirements/dev.txt,.venv); \
	PYTHONWARNINGS=ignore .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@; echo "  .venv is ready"

.venv-aws/.ready: requirements/emulator.txt
	@$(FIND_PYTHON); \
	echo "→ Installing the local AWS (.venv-aws)"; \
	.venv-aws/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null \
	  || "$$candidate" -m venv --clear .venv-aws; \
	.venv-aws/bin/python -m pip install --no-compile --require-hashes -r requirements/emulator.txt | $(call COUNT,requirements/emulator.txt,.venv-aws)
	@touch $@; echo "  .venv-aws is ready"

node_modules/.ready: package-lock.json
	@command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' \
	  || { echo "Node 20 or later with npm is needed and was not found. Install it and type the command again."; exit 1; }
	@echo "→ Installing the CDK command and the mailbox (node_modules)"
	@npm ci --loglevel=error
	@touch $@; echo "  node_modules is ready"

# The libraries that draw letters: there already, installed where that is allowed, or asked for.
.PHONY: native
native: .venv/.ready
	@if .venv/bin/python -c 'import ctypes as c; [c.CDLL(f"lib{n}.so.0") for n in ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")]' 2>/dev/null; then exit 0; fi; \
	as_root=; \
	if [ "$$(id -u)" != 0 ]; then as_root="sudo -n"; fi; \
	if ! command -v apt-get >/dev/null || { [ -n "$$as_root" ] && ! sudo -n true 2>/dev/null; }; then \
	  echo "Letters need three system libraries that can't be installed from here. Type this, then the command again:"; \
	  echo "  sudo apt-get update && sudo apt-get install --yes --no-install-recommends $(NATIVE)"; \
	  exit 1; \
	fi; \
	echo "→ Installing the libraries that draw letters: $(NATIVE)"; \
	$$as_root apt-get update -qq </dev/null; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq --no-install-recommends $(NATIVE) </dev/null; \
	echo "  done"
