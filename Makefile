# make run    starts the app            make check  lint, format, types
# make test   runs every test           make bench  measures anew what docs/measurements.md says (hours)
# make lowest the unit tests, at the lowest versions that requirements.txt allows
# make audit  asks PyPI for known holes in the versions that are installed
#
# Each sets up its own virtual environment in .venv first; the second time that takes no time.

PYTHON ?= python3
BIN := .venv/bin

# A browser test that fails beside others is run once more, alone; both results are in the output.
AGAIN := --last-failed --last-failed-no-failures none

.PHONY: run test check bench lowest audit clean

run: .venv/app
	$(BIN)/streamlit run app.py

test: .venv/dev
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/e2e
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/e2e || $(BIN)/python -m pytest $(AGAIN) tests/e2e

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python

bench: .venv/dev
	$(BIN)/python -m benchmarks --all
	$(BIN)/python -m benchmarks --write

lowest: .venv/lowest
	.lowest/bin/python -m pytest -n 2 --dist loadfile --ignore tests/e2e

audit: .venv/dev
	$(PYTHON) -m venv .audit
	.audit/bin/pip install --quiet pip-audit
	$(BIN)/python -m benchmarks hardening.audit .audit/bin/pip-audit

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

.venv/app: .venv/torch requirements.txt
	$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

# A second environment: every ">=" of requirements.txt becomes "==".
.venv/lowest: .venv/app requirements.txt requirements-dev.txt
	$(PYTHON) -m venv .lowest
	sed -E 's/^([A-Za-z0-9_.-]+)>=([0-9.]+).*/\1==\2/' requirements.txt > .lowest/bounds.txt
	.lowest/bin/pip install --quiet "torch==$$(sed -n 's/^torch==//p' .lowest/bounds.txt).0+cpu" 2>/dev/null || true
	.lowest/bin/pip install --quiet -r requirements-dev.txt -c .lowest/bounds.txt
	.lowest/bin/pip check
	@touch $@

.venv/dev: .venv/app requirements-dev.txt
	$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@
