# Two commands set everything up: `make serve` and `make test`. Running them again is quick.
PYTHON ?= python3
PORT ?= 8001
DB ?= kb.db
BIN := .venv/bin

.PHONY: serve test stress lint golden measure pictures compare bench lock clean
