# Each target is complete on its own: it makes .venv and installs what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate \
	--custom-compile-command "make lock" pyproject.toml --extra production

.PHONY: demo test prove mutate bench check fixtures lock clean

demo: $(VENV)/installed
	DJANGO_DEBUG=1 $(BIN)/python manage.py demo $(DEMO)

test: $(VENV)/installed
	DATABASE_URL= $(BIN)/python -m pytest -n auto -m "not prove" $(TESTS)

prove: $(VENV)/installed-for-proofs
	PATH="$(CURDIR)/$(BIN):$$PATH" ops/prove $(TESTS)

mutate: $(VENV)/installed-for-mutation
	$(BIN)/python -m ops.mutate $(MUTATE)

bench: $(VENV)/installed-for-bench
	$(BIN)/python -m bench $(BENCH)

check: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DJANGO_DEBUG=1 $(BIN)/mypy
	DJANGO_DEBUG=1 DATABASE_URL=sqlite:// $(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_DEBUG=1 $(BIN)/python manage.py build_fixtures --check

fixtures: $(VENV)/installed
	DJANGO_DEBUG=1 $(BIN)/python manage.py build_fixtures

# From pyproject.toml, each file complete by itself; what is pinned stays, unless LOCK=--upgrade.
lock: $(VENV)/python
	$(INSTALL) uv==0.13.9
	$(COMPILE) $(LOCK) -o requirements-production.txt
	$(COMPILE) $(LOCK) -c requirements-production.txt --group test -o requirements.txt
	$(COMPILE) $(LOCK) -c requirements.txt --group test --group proofs -o requirements-proofs.txt
	$(COMPILE) $(LOCK) -c requirements-proofs.txt --group bench -o requirements-bench.txt
	$(COMPILE) $(LOCK) -c requirements-proofs.txt -c requirements-bench.txt --group test --group mutation -o requirements-mutation.txt

clean:
	rm -rf $(VENV) var staticfiles

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/python requirements.txt
	$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/installed-for-%: $(VENV)/python requirements-%.txt
	$(INSTALL) -r requirements-$*.txt
	@touch $@
