# Each target is complete on its own: it makes .venv and installs what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test prove bench check fixtures clean

demo: $(VENV)/installed
	DJANGO_DEBUG=1 $(BIN)/python manage.py demo $(DEMO)

test: $(VENV)/installed
	DATABASE_URL= $(BIN)/python -m pytest -n auto -m "not prove" $(TESTS)

prove: $(VENV)/installed-for-proofs
	PATH="$(CURDIR)/$(BIN):$$PATH" ops/prove $(TESTS)

bench: $(VENV)/installed-for-bench
	$(BIN)/python -m bench $(BENCH)

check: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DJANGO_DEBUG=1 $(BIN)/mypy
	DJANGO_DEBUG=1 DATABASE_URL= $(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_DEBUG=1 $(BIN)/python manage.py build_fixtures --check

fixtures: $(VENV)/installed
	DJANGO_DEBUG=1 $(BIN)/python manage.py build_fixtures

clean:
	rm -rf $(VENV) var staticfiles

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/python requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-for-proofs: $(VENV)/installed requirements-production.txt requirements-proofs.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-production.txt -r requirements-proofs.txt
	@touch $@

$(VENV)/installed-for-bench: $(VENV)/installed requirements-production.txt requirements-bench.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-production.txt -r requirements-bench.txt
	@touch $@
