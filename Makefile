# Each target sets up what it needs: a virtual environment in .venv, whatever the system's Python allows.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := run

.PHONY: lock sbom check-deploy run install test test-rest test-all check eval bench faults articles weights texts format clean

run: .venv/.run                ## try the bot in a small Slack on this machine
	@$(BIN)/sceptic run

install: .venv/.run            ## set up .venv, and start nothing

test: .venv/.dev               ## the quick tests, on each of the machine's cores: under five minutes on two
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not thorough"

test-rest: .venv/.dev          ## what `make test` leaves out, and property tests with more examples
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "thorough or hypothesis" --hypothesis-profile=full

test-all: test test-rest       ## all tests

check: .venv/.dev              ## style, types, articles
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/sceptic knowledge check
	@$(BIN)/sceptic knowledge compile --check

eval: .venv/.dev               ## the evaluation set, one table for each split
	@$(BIN)/python -m tests.evaluation

bench: .venv/.dev              ## look-ups and reading beside other ways to do them
	@$(BIN)/python -m tests.benchmarks

faults: .venv/.dev            ## kills, crashes and Slack's faults, for about an hour: a table of what became of them
	@$(BIN)/python -m tests.faults --report

articles: .venv/.dev           ## the file that all articles are read from, from the articles
	@$(BIN)/sceptic knowledge compile

weights: articles              ## the file that free text is matched by, from the phrasings
	@$(BIN)/sceptic knowledge weights

texts: .venv/.dev              ## check and compile the catalogues in bot/replies/texts
	@$(BIN)/python -m bot.replies.texts.compile

lock: .venv/.python            ## pin every dependency, with hashes, in .ci
	@$(PIP) uv
	@PATH="$(BIN):$$PATH" .ci/lock

sbom: .venv/.dev               ## sbom.json: what the bot is made of, in CycloneDX, from an environment of its own
	@$(PYTHON) -m venv .venv/sbom
	@.venv/sbom/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements.txt
	@.venv/sbom/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation .
	@.venv/sbom/bin/python -m pip uninstall --quiet --yes pip setuptools hatchling editables 2>/dev/null
	@$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o sbom.json .venv/sbom/bin/python
	@rm -rf .venv/sbom

check-deploy: .venv/.dev       ## what stands in .deploy, as far as it can be checked without a container
	@$(PIP) --require-hashes -r .ci/requirements-deploy.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" .deploy/check

format: .venv/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Sceptic needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@touch $@

.venv/.run: .venv/.python pyproject.toml .ci/requirements.txt
	@$(PIP) --require-hashes -r .ci/requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.python pyproject.toml .ci/requirements-dev.txt
	@$(PIP) --require-hashes -r .ci/requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ .venv/.run
