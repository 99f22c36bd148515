# The project's commands. Each is one line; the work is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run test looks chaos fuzz check bench shell manage stop clean lock audit
export PYTHON

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: ## everything installed, the demo city loaded, CityAlert running; Ctrl-C stops it all
	@scripts/run

test: ## the whole test suite; ARGS="tests/delivery -k lease" for a part of it
	@scripts/test $(ARGS)

looks: ## every page at every width by day and by night, looked at by axe-core (CI looks at each once)
	@ALL_LOOKS=1 scripts/test tests/browser/test_every_page.py $(ARGS)

fuzz: ## breaks CAP documents at random and reads them; ARGS="--times 100000 --seed 2"
	@scripts/manage fuzz_importer $(ARGS)

chaos: ## kills, stops and starves the product while it sends; ARGS="--minutes 30 --seed 7"
	@scripts/chaos $(ARGS)

check: ## ruff, types, layers, templates, migrations, production settings
	@scripts/check

bench: ## the measured promises; ARGS=NAME for one of them
	@scripts/bench $(ARGS)

shell: ## Python with the project's models, on the demo city
	@scripts/manage shell

manage: ## any manage.py command: make manage CMD="showmigrations alerts"
	@scripts/manage $(CMD)

stop: ## ends what runs from this checkout
	@scripts/stop

clean: ## stops it and takes away all that the scripts made: the private data, .venv, compiled files
	@scripts/clean

lock: ## compiles requirements*.in; ARGS=--upgrade takes the newest
	@scripts/lock $(ARGS)

audit: ## asks whether a pinned package is known to be vulnerable
	@scripts/audit
