# One task, one short target. Everything is set up in .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := tests/sample/kontumtv.vn.warc.gz

.PHONY: demo crawl test check archives crawls wordpress consumers long save-page sample clean

demo: $(VENV)/installed ## crawl the embedded sample site, offline
	rm -rf exports/demo
	$(BIN)/scrapy crawl kontumtv -a archive=$(SAMPLE) -s EXPORTS_DIR=exports/demo
	@echo
	@$(BIN)/scrapy dataset summary -s EXPORTS_DIR=exports/demo

crawl: $(VENV)/installed ## crawl the live site into exports/
	$(BIN)/scrapy crawl kontumtv

test: $(VENV)/dev ## the tests, under two minutes
	$(BIN)/python -m pytest -q

check: $(VENV)/dev ## what CI checks besides: lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

wordpress: $(VENV)/dev ## the suite against a real WordPress (needs ../shared/wordpress)
	$(BIN)/python -m pytest -q -m wordpress tests

crawls: $(VENV)/dev ## whole crawls of local servers, a minute or two
	$(BIN)/python -m pytest -q -m crawls tests

archives: $(VENV)/dev $(VENV)/pywb/bin/wayback ## the Wayback way against a real pywb
	$(BIN)/python -m pytest -q -m archives tests

consumers: $(VENV)/dev ## feeds in the tools people read them with
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group consumers
	$(BIN)/python -m pytest -q -m consumers tests

long: $(VENV)/dev ## suites that take minutes
	$(BIN)/python -m pytest -q -m long tests

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

# pywb's requirements are not ours: an environment of its own. It asks for pkg_resources.
$(VENV)/pywb/bin/wayback: $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)/pywb
	$(VENV)/pywb/bin/pip install --quiet --disable-pip-version-check 'setuptools<81' pywb==2.10.0

# pip learned `--group` in 25.1; older ones come with python 3.11.
$(VENV)/dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	touch $@
