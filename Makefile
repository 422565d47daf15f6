# All that is done with this project. Needs Python 3.11 or newer, git and make; everything else is set up here.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install demo test check format lock docs screenshots oldbrowser wheelhouse bench faults fuzz audit sbom mutate scoreboard clean

BIN := .venv/bin
PROCESSES ?= 2
SEEDS ?= 10
INPUTS ?= 10000
LOG ?=
CITY ?=
SERVE ?= 1
PREFECT ?= 1

# An environment whose Python is gone, with an upgrade of the system say, is made anew.
ifneq ($(wildcard .venv/installed),)
ifneq ($(shell .venv/bin/python -c pass 2>/dev/null || echo gone),)
$(shell rm .venv/installed)
endif
endif

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

install: .venv/installed ## Make .venv with the `retrofit` command in it
	$(if $(filter install,$(MAKECMDGOALS)),@echo "The command is .venv/bin/retrofit",@:)

.venv/installed: tools/set_up.py pyproject.toml requirements-dev.lock
	@for python in "$(PYTHON)" python3.11 python3.12 python3.13 python3; do \
		if [ -n "$$python" ] && "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then exec "$$python" tools/set_up.py; fi; \
	done; \
	case "$${LC_ALL:-$${LC_MESSAGES:-$$LANG}}" in zh*) \
		echo "本项目需要带有 venv 模块的 Python 3.11 或更新版本，但没有找到。" >&2; \
		echo "请安装（Debian 或 Ubuntu：apt install python3.11 python3.11-venv），" >&2; \
		echo "或指明其位置：make $(or $(MAKECMDGOALS),install) PYTHON=/路径/python3.11" >&2; exit 1;; esac; \
	echo "This project needs Python 3.11 or newer with its venv module, and found none." >&2; \
	echo "Install it (on Debian or Ubuntu: apt install python3.11 python3.11-venv)," >&2; \
	echo "or name it: make $(or $(MAKECMDGOALS),install) PYTHON=/where/python3.11/is" >&2; exit 1

demo: install ## Play, mine, judge, report, serve the pages; LOG=FILE CITY=ATTRIBUTE for a log of yours, SERVE=0 without pages, PREFECT=0 without its runs
	@SERVE="$(SERVE)" PREFECT="$(PREFECT)" sh tools/demo.sh "$(LOG)" "$(CITY)"

test: check ## Check the code, then run all tests
	@echo "Running the tests in $(PROCESSES) processes (PROCESSES=n changes that)"
	@$(BIN)/pytest -n $(PROCESSES) --dist loadgroup --reruns 1 -rR tests

check: install ## Formatter, linter, type checker, import contracts and doctests
	@echo "1/5 Format"; $(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@echo "2/5 Lint"; $(BIN)/ruff check --quiet .
	@echo "3/5 Types"; $(BIN)/mypy --no-error-summary
	@echo "4/5 Imports"; $(BIN)/lint-imports --no-logo >.venv/imports.txt || { cat .venv/imports.txt; exit 1; }
	@echo "5/5 Examples in docstrings"; \
		grep -rl --include='*.py' '>>>' eventlogs mining flows dashboards | xargs $(BIN)/pytest --doctest-modules

format: install ## Put the code into the one format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: install ## Pin the packages anew (UPGRADE=--upgrade for newer ones)
	@$(BIN)/python tools/set_up.py lock $(UPGRADE)

docs: install ## Build the documentation as a site in build/docs
	@$(BIN)/python -m tools.site

screenshots: install ## Photograph the pages for the guides, in both languages
	@$(BIN)/python tests/guide_pictures.py

oldbrowser: install ## Walk the pages in a Chromium of October 2022, fetched with npm into build/browser-2022
	@RETROFIT_BROWSER=$$($(BIN)/python tests/found_browser.py build/browser-2022) && export RETROFIT_BROWSER && \
		$(BIN)/pytest -n $(PROCESSES) --dist loadgroup tests/test_pages_in_browser.py tests/test_analysis_browser.py tests/test_access_browser.py

wheelhouse: install ## Gather in build/wheelhouse what a machine without internet needs
	@$(BIN)/python tools/wheelhouse.py

bench: install ## Measure against the peers on the same data
	@$(BIN)/python -m benchmarks

faults: install ## Kill, fill, cut and spoil at random, SEEDS=n times each; counts go to build/faults.json
	@$(BIN)/pytest -n $(PROCESSES) --timeout 0 --seeds $(SEEDS) --counts build/faults.json tests/test_fault_*.py \
		tests/test_killed.py tests/test_notices.py tests/test_papers.py -k "fault or killed"
	@$(BIN)/python tests/counted.py build/faults.json

fuzz: install ## Try INPUTS=n odd files, forms and requests against each reader; counts go to build/fuzz.json
	@$(BIN)/pytest -n $(PROCESSES) --timeout 0 --inputs $(INPUTS) --counts build/fuzz.json tests/test_fuzz_*.py
	@$(BIN)/python tests/counted.py build/fuzz.json

audit: install ## Ask the package registry for known weaknesses of every locked package
	@$(BIN)/python tools/audit.py

sbom: install ## Write the bill of materials of the locked packages to build/sbom.json, made offline
	@$(BIN)/python tools/bill_of_materials.py

mutate: install ## Put small faults into the heart and tell which no test notices (MODULE=… for some, EVERY=n for a share)
	@$(BIN)/python -m tools.mutation $(MODULE) --every $(or $(EVERY),1) --processes $(PROCESSES)

scoreboard: install ## Measure speed, validity, faults and more, and write docs/scoreboard.md (PARTS=… for some)
	@PYTHONPATH=tests $(BIN)/python -m benchmarks.scoreboard $(PARTS)

clean: ## Remove what the other targets made
	rm -rf .venv demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
