# Two commands set everything up: `make serve` and `make test`. Running them again is quick.
PYTHON ?= python3
PORT ?= 8001
DB ?= kb.db
BIN := .venv/bin

.PHONY: serve test stress lint golden measure pictures compare bench lock clean

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("kb needs Python 3.11-3.13, this is " + sys.version.split()[0]) if not (3, 11) <= sys.version_info[:2] < (3, 14) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q ingest kb
	touch $@

.venv/dev: .venv/ready requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

serve: .venv/ready  ## set up, ingest the examples, serve on http://127.0.0.1:8001
	$(BIN)/kb ingest examples --db $(DB)
	$(BIN)/kb serve --db $(DB) --port $(PORT)

test: .venv/dev  ## set up and run all tests
	$(BIN)/python -m pytest -n auto --dist loadfile

stress: .venv/dev  ## kb ingest: killed at random moments (KILLS=200, KB_SEED=n repeats a run), read by ten meanwhile, given odd and hostile files
	KB_KILLS=$(or $(KILLS),200) KB_READERS_FILES=300 $(BIN)/python -m pytest tests/test_kill.py tests/test_readers.py
	$(BIN)/python -m benchmarks.robust

lint: .venv/dev  ## format, lint and type checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

golden: .venv/dev  ## write the golden files of tests/corpus anew; read the diff before you commit it
	$(BIN)/python -m tests.golden

measure: .venv/dev  ## write the tables of docs/matning.md anew
	$(BIN)/python -m benchmarks.measure

pictures: .venv/dev  ## take the pictures of README.md and docs/ anew
	$(BIN)/python -m benchmarks.pictures

compare: .venv/dev  ## what the working tree reads that main does not, and the other way round (BASE=rev, CORPUS=folder, ALL=1)
	@$(BIN)/python -m benchmarks.compare

bench: .venv/dev  ## ratios against alternatives, on this machine
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.parse
	$(BIN)/python -m benchmarks.repair
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.web
	$(BIN)/python -m benchmarks.ingest

lock: .venv/dev  ## pin the newest versions within the bounds of pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build --extra dev pyproject.toml -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv kb.db kb.db-wal kb.db-shm kb.db.archive
