# The two commands: `make demo` and `make test`. Both set up what they need in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN = .venv/bin

.PHONY: setup demo chat test lint lock dist sbom bench clean

setup: .venv/.dev .venv/.learned

# Installs with uv where it is there or to be had (its version and hash are in the lock), else with pip.
define install
@if uv=$$(command -v uv || command -v $(BIN)/uv); then \
  "$$uv" pip install --quiet --python $(BIN)/python --no-deps $(1); \
else \
  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps $(1); \
fi
endef

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "Changeover needs Python 3.11, 3.12 or 3.13; set PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@awk '/^uv==/ {p = 1} p {print} p && !/\\$$/ {exit}' requirements-dev.lock >.venv/uv.lock
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.lock || echo "uv cannot be had; pip takes longer"
	@touch $@

# What the bot itself needs: all that the demo and the chat wait for.
.venv/.run: .venv/.python requirements.lock requirements-encoder.lock pyproject.toml
	$(call install,--require-hashes -r requirements.lock -r requirements-encoder.lock)
	$(call install,--no-build-isolation -e .)
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	$(call install,--require-hashes -r requirements-dev.lock)
	@touch $@

# What understands people is learned and committed (dialogs/nlu/learned); here its weights are rounded once, and what changed since is
# learned.
.venv/.learned: .venv/.run $(wildcard dialogs/*/*.yml dialogs/nlu/*.py dialogs/nlu/*/*.py dialogs/nlu/learned/*.json dialogs/nlu/learned/delta.npz)
	$(BIN)/changeover train
	@touch $@

demo: .venv/.run .venv/.learned
	$(BIN)/changeover demo

chat: .venv/.run .venv/.learned
	$(BIN)/changeover chat

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

# What is in the wheel's environment, with licenses and what needs what (CycloneDX): dist/sbom.cdx.json.
sbom: setup
	rm -rf .venv/sbom && $(BIN)/python -m venv --without-pip .venv/sbom
	$(BIN)/uv pip install --quiet --python .venv/sbom/bin/python --no-deps --require-hashes -r requirements.lock
	mkdir -p dist
	$(BIN)/uv tool run --quiet --from cyclonedx-bom==7.5.0 cyclonedx-py environment .venv/sbom/bin/python --pyproject pyproject.toml --output-reproducible --of JSON -o dist/sbom.cdx.json

# Writes hashes and no addresses; what is pinned stays until it is asked for (UPGRADE=--upgrade). The first lock is what runs, the second
# what the encoder's weights are rounded from in a checkout, the third is both and what developers need.
COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet $(UPGRADE)
lock: setup
	$(COMPILE) pyproject.toml --extra dev --extra weights --group encoder -o requirements-dev.lock
	$(COMPILE) pyproject.toml --extra weights -c requirements-dev.lock -o requirements.lock
	$(COMPILE) --group pyproject.toml:encoder -c requirements-dev.lock -o requirements-encoder.lock

clean:
	rm -rf .venv .demo .ci-output
