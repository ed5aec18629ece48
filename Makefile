# Everything one does with this checkout. `make help` lists it; scripts/ holds the work.
.DEFAULT_GOAL := help
.PHONY: run server test check bench soak mutants tour lock setup clean help

PYTHON := .venv/bin/python

run: ## Open the window (DEMO=1: with a made-up station and today's queue, in .dev/demo)
	@scripts/run.sh $(if $(filter-out 0,$(DEMO)),--demo)

server: ## Run the centre with a PostgreSQL of its own in .dev/centre, and print a code to enrol a station (SITE=... NAME=...)
	@scripts/setup.sh server
	@ZHANGSHU_STATE_DIR=$${ZHANGSHU_STATE_DIR:-$(CURDIR)/.dev/centre} $(PYTHON) -m zhangshu_server serve \
		--print-code "$(or $(SITE),演示站点)" "$(or $(NAME),前台一)"

test: ## Run all tests (ARGS="tests/core -k clock" for some of them)
	@scripts/setup.sh test
	@$(PYTHON) scripts/run_tests.py $(ARGS)

check: ## Format and lint check, types, then all tests
	@scripts/setup.sh test
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	@$(PYTHON) scripts/run_tests.py

bench: ## Measure start-up, register, search, queue, labels, synchronising against their limits (peers: network, once)
	@scripts/setup.sh bench
	@scripts/with_xvfb $(PYTHON) -m tests.bench

soak: ## Stations, centre and everything that can go wrong, for MINUTES=30; reports what was lost (nothing)
	@scripts/setup.sh test
	@$(PYTHON) -m tests.sync.soak --seconds $$(( $(or $(MINUTES),30) * 60 ))

mutants: ## Break each of the twelve rules of the synchronisation in turn; every one must be noticed
	@scripts/setup.sh test
	@$(PYTHON) -m tests.sync.mutants

tour: ## Take pictures of every screen into build/tour (DIR=... for another folder)
	@scripts/setup.sh test
	@scripts/with_xvfb $(PYTHON) -m zhangshu_desk tour $(or $(DIR),build/tour)
	@$(PYTHON) -m tests.server_ops.tour $(or $(DIR),build/tour)

setup: ## Install everything: virtual environment, locked packages, system libraries
	@scripts/setup.sh test

lock: ## Write requirements.lock anew from pyproject.toml, with today's versions
	@scripts/setup.sh test
	$(PYTHON) -m uv pip compile --upgrade --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-annotate --no-header --python-version 3.11 --quiet pyproject.toml --extra server --group dev -o requirements.lock

clean: ## Remove what was made here: virtual environment, caches, demo data, pictures
	rm -rf .venv .dev build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
