# The commands people type; `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PATH := $(CURDIR)/.venv/bin:$(PATH)

EXERCISES := $(wildcard exercises/*/*.ipynb)
PACKAGE := $(shell find src/casework -type f -not -name '*.pyc' | sed 's/ /\\ /g')
SOURCES := _config.yml _toc.yml $(wildcard exercises/*.yaml) $(PACKAGE) $(shell find book notebooks -type f | sed 's/ /\\ /g')

.PHONY: help course book lab desk test bench chromium clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

course: _build/html/.built ## build what changed, then serve the course on this machine (PORT=8000)
	@python src/casework/book/serve.py _build/html $(PORT)

book: _build/html/.built ## build the course into _build/html, to publish as it is

lab: book/exercises/.released ## a trainee's JupyterLab in work/, with the labs and exercises
	@casework lab work
	jupyter lab --notebook-dir=work

desk: .venv/.course ## a supervisor's JupyterLab here, with nbgrader's formgrader
	jupyter lab

test: .venv/.test chromium _build/html/.built ## all checks and tests
	ruff check .
	python -m pytest -n 2

bench: .venv/.test chromium _build/html/.built ## grading beside stock nbgrader, a page beside the stock widget manager
	python -m tests.bench

clean: ## remove what was built, never what people handed in
	rm -rf _build book/exercises .venv

.venv/.course: constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 course, for example."; exit 1; }
	$(PYTHON) -m venv .venv
	python -m pip install --quiet --constraint constraints.txt setuptools
	python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[course]'
	@mkdir -p .venv/etc/jupyter/labconfig # JupyterLab asks nobody's permission to fetch news, and fetches none
	@cp src/casework/lab_settings.json .venv/etc/jupyter/labconfig/default_setting_overrides.json
	@touch $@

.venv/.test: .venv/.course
	python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[course,test]'
	@touch $@

book/exercises/.released: .venv/.course $(EXERCISES) $(wildcard exercises/*.yaml keys/*.yaml) $(PACKAGE)
	casework release
	@touch $@

_build/html/.built: book/exercises/.released $(wildcard book/exercises/*/*.ipynb) $(SOURCES)
	casework verify
	jupyter-book build . -W -n --keep-going --all
	casework verify _build/html
	@touch $@

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
		|| { echo "The browser tests need Chromium: install your system's package (Debian: apt-get install chromium)."; exit 1; }
