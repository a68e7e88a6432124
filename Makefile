# `make demo` and `make test` need Debian's python3 and python3-venv, or any other Python 3.11 or later, and nothing else.

PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin/
WORKERS = $(shell $(PYTHON) -c 'import os; print(os.cpu_count() * 3 // 2 or 1)')
# Each worker begins with a part of the tests in their order, and then takes over some of the others'.
PARALLEL = --dist worksteal
# Property tests draw the same examples in each run, so that a change is judged by what it changes. `make explore` draws
# others, and many more.
SAME = --hypothesis-seed=0
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Compiled modules are kept, whatever the environment says: hundreds of processes load them.
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo test lint test-stable test-prerelease explore screenshots docs bench clean

demo: $(VENV)/installed
	$(RUN)feedsette demo

# All at once: many tests wait for servers, so that there are more of them than processors; and no more of them than
# that, as each worker takes ten seconds of a processor to collect the tests. Each prints when it has ended.
test:
	$(MAKE) --jobs=3 --output-sync=target test-stable test-prerelease lint

lint: $(VENV)/developer
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)mypy
	$(RUN)lint-imports --no-logo --no-cache

test-stable: $(VENV)/developer
	$(RUN)python -m pytest --numprocesses $(WORKERS) $(PARALLEL) $(SAME)

# The pages once more, on the newest pre-release of Datasette 1.0.
test-prerelease: $(VENV)-1.0/developer
	$(VENV)-1.0/bin/python -m pytest --numprocesses auto $(PARALLEL) $(SAME) tests/plugins tests/browser

explore: $(VENV)/developer
	HYPOTHESIS_PROFILE=explore $(RUN)python -m pytest --numprocesses $(WORKERS) $(PARALLEL) -m hypothesis

screenshots: $(VENV)/developer $(VENV)-1.0/developer
	$(RUN)python -m pytest --screenshots tests/browser
	$(VENV)-1.0/bin/python -m pytest --screenshots tests/browser
	@echo "Screenshots of the pages are in artefacts/screenshots."

docs: $(VENV)/developer
	$(RUN)python -m docs.generate

# Prints each benchmark with the machine; what is measured beside this is installed in a folder for caches.
bench: $(VENV)/developer
	$(RUN)python -m tests.bench

clean:
	rm -rf $(VENV) $(VENV)-1.0 build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(RUN)python -m pip install --quiet --editable .
	@touch $@

$(VENV)/developer: pyproject.toml | $(VENV)/bin/python
	$(RUN)python -m pip install --quiet --upgrade 'pip>=25.1'
	$(RUN)python -m pip install --quiet --editable . --group dev
	@touch $@ $(VENV)/installed

$(VENV)-1.0/developer: pyproject.toml
	$(PYTHON) -m venv $(VENV)-1.0
	$(VENV)-1.0/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(VENV)-1.0/bin/python -m pip install --quiet --editable . --group test
	$(VENV)-1.0/bin/python -m pip install --quiet --upgrade --pre datasette
	@touch $@
