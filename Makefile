# The two commands: `make demo` and `make test`. Both set up what they need in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN = .venv/bin

.PHONY: setup demo test lint lock dist bench clean

setup: .venv/.done .venv/.learned

.venv/.done: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "Changeover needs Python 3.11, 3.12 or 3.13; set PYTHON=..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q bot dialogs domain
	@touch $@

# What understands people is learned and committed (dialogs/nlu/learned); here its weights are rounded once, and what changed since is
# learned.
.venv/.learned: .venv/.done $(wildcard dialogs/*/*.yml dialogs/nlu/*.py dialogs/nlu/*/*.py dialogs/nlu/learned/*.json dialogs/nlu/learned/delta.npz)
	$(BIN)/changeover train
	@touch $@

demo: setup
	$(BIN)/changeover demo

test: setup
	$(BIN)/python -m pytest -n auto -m "not workspace and not browser and not slow"

lint: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: setup
	$(BIN)/python -m tests.bench.turns

# The wheel and the sdist, with what a start would have to make.
dist: setup
	$(BIN)/changeover train --letters >/dev/null
	rm -rf build dist
	$(BIN)/python -c "from setuptools import build_meta as b; b.build_sdist('dist'); b.build_wheel('dist')" >/dev/null
	@ls -l dist

# Writes hashes and no addresses.
lock: setup
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra weights --group encoder --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements.lock

clean:
	rm -rf .venv .demo .ci-output
