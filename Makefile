# Two commands: `make demo` grades a sample class into an HTML report, `make test` runs all tests.
# Both set up .venv first; when it is there and current, that takes no time.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
CLASSES := $(notdir $(wildcard examples/class/*))

.PHONY: demo test coverage lint bench clean

demo: .venv/frameworks.stamp
	@rm -rf reports/demo
	@for class in $(CLASSES); do \
		echo; echo "== $$class"; \
		$(BIN)/grader grade $$class examples/class/$$class --output reports/demo/$$class --trust || exit 1; \
	done
	@echo
	@$(BIN)/grader report reports/demo

test: .venv/all.stamp
	$(BIN)/python -m pytest -n logical --dist loadfile

# Of the workers, those of level D are measured: nothing gets out of the others.
coverage: .venv/all.stamp
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -p tests.measured_workers
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=90

lint: .venv/all.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/all.stamp
	$(BIN)/python benchmarks/sample_class.py
	$(BIN)/python benchmarks/worker.py

clean:
	rm -rf .venv reports/demo

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with make PYTHON=...")'
	$(PYTHON) -m venv .venv

# Students may choose between Keras and PyTorch, so that the demo needs both.
.venv/frameworks.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[all]'
	@touch $@

.venv/all.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[all,dev]'
	@touch .venv/frameworks.stamp $@
