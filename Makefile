# make run    starts the app            make check  lint, format, types, arrows: of Python and of the player
# make test   runs the tests            make bench  measures anew what docs/measurements.md says (hours)
# make long   runs those that take long: whole trainings, killed processes, clusters, files that are saved
# make class  opens it to a class: a process for each core, behind nginx
# make lowest the unit tests, at the lowest versions that the requirements allow
# make messages  collects every sentence that a reader sees, for assets/locales and its translators
# make audit  asks PyPI for known holes in the versions that are installed
#
# Each sets up its own virtual environment in .venv first; the second time that takes no time.

PYTHON ?= python3
BIN := .venv/bin
# Python compiles what it imports, when it does; pip would compile all, most of which is never imported.
INSTALL := pip install --quiet --no-compile
PYTEST = $(BIN)/python -m pytest
# Tests last from a millisecond to forty seconds: who is done takes some of the other's.
BESIDE := -n 2 --dist worksteal
PLAYER = $(MAKE) --no-print-directory test-player

# A browser test that fails beside others is run once more, alone; both results are in the output.
AGAIN := --last-failed --last-failed-no-failures none

.PHONY: run class test long check bench lowest audit messages clean check-player test-player

run: .venv/app
	$(BIN)/streamlit run app.py

class: .venv/app
	$(BIN)/python -m dashboard.serving

# All parts run whatever the others say; the exit code is the worst one.
test: .venv/dev
	trap 'exit 130' INT; worst=0; note() { test $$1 -le $$worst || worst=$$1; }; \
	$(PLAYER) || note $$?; \
	$(PYTEST) $(BESIDE) --ignore tests/e2e || note $$?; \
	$(PYTEST) $(BESIDE) tests/e2e || $(PYTEST) $(AGAIN) tests/e2e || note $$?; \
	exit $$worst

long: .venv/dev
	$(PYTEST) $(BESIDE) -m long --ignore tests/e2e
	$(PYTEST) $(BESIDE) -m long tests/e2e

check: .venv/dev check-player
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

# The player (dashboard/player/web) runs in the browser as it is; its checks and its tests need Node. Where
# there is none, everything else is checked all the same; in CI its absence is an error.
ifneq (,$(shell command -v npm))
check-player: node_modules/.installed
	npm run --silent check

test-player:
	npm run --silent test

node_modules/.installed: package.json package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@
else
check-player test-player:
	@echo "Node: expected node and npm, got none: the player is not checked. Install them (apt install nodejs npm)."
	@test -z "$(CI)"
endif

bench: .venv/dev
	$(BIN)/python -m benchmarks --all
	$(BIN)/python -m benchmarks --write

lowest: .venv/lowest
	.lowest/bin/python -m pytest $(BESIDE) --ignore tests/e2e

audit: .venv/dev
	$(PYTHON) -m venv .audit
	.audit/bin/$(INSTALL) pip-audit
	$(BIN)/python -m benchmarks hardening.audit .audit/bin/pip-audit

messages: .venv/dev
	$(BIN)/python -m translations

clean:
	rm -rf .venv .lowest .audit node_modules

# torch first: where there is no GPU its CPU build, which is a tenth of the size of the CUDA one.
# The first line finds a CPU wheel that pip already has at hand; elsewhere uv picks the right build.
.venv/torch:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python: expected 3.11 or newer, got $$($(PYTHON) --version). Try make PYTHON=python3.12."; exit 1; }
	@echo "Sets up .venv, this once. It takes a minute or several, by the network: torch alone is some 200 MB."
	$(PYTHON) -m venv .venv
	$(BIN)/$(INSTALL) "torch==2.13.0+cpu" 2>/dev/null || \
	  { $(BIN)/$(INSTALL) uv && \
	    $(BIN)/uv pip install --python $(BIN)/python --torch-backend=auto "torch>=2.13"; }
	@touch $@

.venv/app: .venv/torch requirements.txt requirements-core.txt
	$(BIN)/$(INSTALL) -r requirements.txt
	@touch $@

# A second environment: every ">=" of the requirements becomes "==".
.venv/lowest: .venv/app requirements.txt requirements-core.txt requirements-dev.txt
	$(PYTHON) -m venv .lowest
	sed -nE 's/^([A-Za-z0-9_.-]+)>=([0-9.]+).*/\1==\2/p' requirements.txt requirements-core.txt > .lowest/bounds.txt
	.lowest/bin/$(INSTALL) "torch==$$(sed -n 's/^torch==//p' .lowest/bounds.txt).0+cpu" 2>/dev/null || true
	.lowest/bin/$(INSTALL) -r requirements-dev.txt -c .lowest/bounds.txt
	.lowest/bin/pip check
	@touch $@

.venv/dev: .venv/app requirements-dev.txt
	$(BIN)/$(INSTALL) -r requirements-dev.txt
	@touch $@
