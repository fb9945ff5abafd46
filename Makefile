# make run    starts the app            make check  lint, format, types
# make test   runs every test           make bench  prints the tables of the README
# make lowest the unit tests, at the lowest versions that the requirements allow
# make audit  asks PyPI for known holes in the versions that are installed
#
# Each sets up its own virtual environment in .venv first; the second time that takes no time.

PYTHON ?= python3
BIN := .venv/bin
PYTEST = $(BIN)/python -m pytest
BESIDE := -n 2 --dist loadfile

# A browser test that fails beside others is run once more, alone; both results are in the output.
AGAIN := --last-failed --last-failed-no-failures none

.PHONY: run test check bench lowest audit clean

run: .venv/app
	$(BIN)/streamlit run app.py

# Both halves run whatever the first one says; the exit code is the worse one.
test: .venv/dev
	trap 'exit 130' INT; units=0; browser=0; \
	$(PYTEST) $(BESIDE) --ignore tests/e2e || units=$$?; \
	$(PYTEST) $(BESIDE) tests/e2e || $(PYTEST) $(AGAIN) tests/e2e || browser=$$?; \
	exit $$((units > browser ? units : browser))

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

bench: .venv/dev
	$(BIN)/python -m benchmarks.operations
	$(BIN)/python -m benchmarks.step
	$(BIN)/python -m benchmarks.step --float64
	$(BIN)/python -m benchmarks.keeping
	$(BIN)/python -m benchmarks.length
	$(BIN)/python -m benchmarks.sampling
	$(BIN)/python -m benchmarks.course
	$(BIN)/python -m benchmarks.deep
	$(BIN)/python -m benchmarks.batching
	$(BIN)/python -m benchmarks.vanishing
	$(BIN)/python -m benchmarks.gradients
	$(BIN)/python -m benchmarks.playback
	$(BIN)/python -m benchmarks.lockstep
	$(BIN)/python -m benchmarks.study --cluster
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.opening
	$(BIN)/python -m benchmarks.script 100

lowest: .venv/lowest
	.lowest/bin/python -m pytest $(BESIDE) --ignore tests/e2e

audit: .venv/dev
	$(PYTHON) -m venv .audit
	.audit/bin/pip install --quiet pip-audit
	$(BIN)/python -m benchmarks.audit .audit/bin/pip-audit

clean:
	rm -rf .venv .lowest .audit

# torch first: where there is no GPU its CPU build, which is a tenth of the size of the CUDA one.
# The first line finds a CPU wheel that pip already has at hand; elsewhere uv picks the right build.
.venv/torch:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python: expected 3.11 or newer, got $$($(PYTHON) --version). Try make PYTHON=python3.12."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet "torch==2.13.0+cpu" 2>/dev/null || \
	  { $(BIN)/pip install --quiet uv && \
	    $(BIN)/uv pip install --python $(BIN)/python --torch-backend=auto "torch>=2.13"; }
	@touch $@

.venv/app: .venv/torch requirements.txt requirements-core.txt
	$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

# A second environment: every ">=" of the requirements becomes "==".
.venv/lowest: .venv/app requirements.txt requirements-core.txt requirements-dev.txt
	$(PYTHON) -m venv .lowest
	sed -nE 's/^([A-Za-z0-9_.-]+)>=([0-9.]+).*/\1==\2/p' requirements.txt requirements-core.txt > .lowest/bounds.txt
	.lowest/bin/pip install --quiet "torch==$$(sed -n 's/^torch==//p' .lowest/bounds.txt).0+cpu" 2>/dev/null || true
	.lowest/bin/pip install --quiet -r requirements-dev.txt -c .lowest/bounds.txt
	.lowest/bin/pip check
	@touch $@

.venv/dev: .venv/app requirements-dev.txt
	$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@
