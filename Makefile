# What can be done with this project; every target first sets up whatever is missing (deploy/setup).
BIN := .venv/bin
UV := 0.13.9
LOCKED := --generate-hashes --upgrade --quiet --no-header --no-emit-index-url --no-emit-find-links \
	--python-version 3.11 --python-platform linux

FRESH := var/tools/fresh/bin
# A tool that few targets need, in a folder of its own: `$(call with,docs) -m sphinx`.
with = PYTHONPATH=var/tools/$(1) $(BIN)/python

# Tests wait for other processes a third of their time: one worker more than there are processors.
WORKERS := $(shell expr $$(nproc) + 1)

.DEFAULT_GOAL := help
.PHONY: help setup demo crawl fleet fleet-torture test test-slow fuzz gauntlet torture soak bench bench-fetching extractors train image images image-test release-notes compatibility sites pin check coverage docs docs-tables architecture \
	dist format lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: ## virtual environment, locked dependencies, a browser; nothing when they are there
	@deploy/setup

demo: setup ## crawls of the bundled newspaper and of two unknown sites into the embedded S3, start to finish; empties var/demo first
	@$(BIN)/python -m tests.demo

crawl: setup ## scrapy crawl moscowtimes, with ARGS="-a since=7d …"
	@$(BIN)/scrapy crawl moscowtimes $(ARGS)

fleet: setup ## a fleet of invented sites on this machine, with a picture at the end; SITES=20 WORKERS=3 ARGS="--seconds 300" (150 or more)
	@$(BIN)/python -m tests.fleet.show --sites $(or $(SITES),20) --workers $(WORKERS) $(ARGS)

fleet-torture: setup ## the fleet under fire: workers, database and bucket killed, and what must hold; ARGS="--sites N --workers N --seconds S --kills N --seed N"
	@$(BIN)/python -m tests.fleet.torture $(ARGS)

test: setup ## the tests but the slow ones, with ARGS for pytest
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not slow" $(ARGS)

test-slow: setup ## the slow tests: several crawls in a row, a week, much memory, kills and outages, poisoned crawls, reading in linear time
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal -m slow $(ARGS)

torture: setup ## kills, outages, scheduled runs, every fault and hostile page, and docs/reliability.md; ARGS="--seed N --only …"
	@$(BIN)/python -m tests.torture $(ARGS)

soak: setup ## hundreds of runs of a site that changes its mood, on one bucket; ARGS="--runs N --seed N"
	@$(BIN)/python -m tests.soak $(ARGS)

fuzz: setup ## the parsers fed by atheris, each input held to a time and a memory; odd pages met in a browser; ARGS="--target NAME --seconds S --jobs N"
	@umask 077; $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --upgrade --target var/fuzz \
		-r tests/fuzz/requirements.lock
	@PYTHONPATH=var/fuzz $(BIN)/python -m tests.fuzz $(ARGS)

gauntlet: setup ## every page of the gauntlet in a real browser (needs Node), with ARGS="--only … --compare"
	@$(BIN)/python -m tests.gauntlet.run $(ARGS)

CRAWLERS := $(notdir $(wildcard benchmarks/crawlers/environments/*))

bench: setup ## beside whole crawlers, on a newspaper that none of them knows (needs root or user namespaces); ARGS="--rounds N --pages N --only http"
	@for one in $(CRAWLERS); do \
		benchmarks/setup var/bench/crawlers/$$one benchmarks/crawlers/environments/$$one/requirements.lock || exit 1; done
	@$(BIN)/python -m benchmarks.crawlers $(ARGS)

bench-fetching: setup ## beside crawlers that are given addresses and read headlines; ARGS="--rounds N --pages N --only auto,bare"
	@benchmarks/setup && $(BIN)/python -m benchmarks $(ARGS)

extractors: setup ## texts of this project beside those of other extractors, and what its confidence is worth, on SETS=FOLDER (see docs/extraction.md)
	@benchmarks/setup var/bench/extractors benchmarks/extractors/requirements.lock && \
	$(BIN)/python -m benchmarks.extractors $(SETS) --others var/bench/extractors/bin/python $(ARGS)

train: setup var/tools/train/.ready ## the model that reads unknown pages anew, from SETS=FOLDER with the sets of pages (see docs/extraction.md)
	@OMP_NUM_THREADS=1 PYTHONPATH=.:var/tools/train $(BIN)/python -m tools.training $(SETS) $(ARGS)

image: ## the container image, with whichever of docker, podman and buildah works; VARIANT=crawl has no extras
	@VARIANT=$(VARIANT) deploy/image

images: ## both variants for amd64 and arm64, with SBOM and provenance, by docker buildx; NAME=… ARGS=--push
	@VERSION=$$(sed -n 's/^__version__ = "\(.*\)"/\1/p' mtcrawler/__init__.py); \
	case "$$VERSION" in *[a-z]*) NEWEST=$$VERSION ;; *) NEWEST=latest ;; esac; \
	NAME=$(or $(NAME),localhost/mtcrawler) VERSION=$$VERSION NEWEST=$$NEWEST REVISION=$$(git rev-parse HEAD) \
	docker buildx bake --file docker-bake.hcl $(ARGS)

release-notes: setup ## the changelog's section for TAG=v0.1.0, in dist/notes.md; fails where the tag is not this version
	@mkdir -p dist && $(BIN)/python -m tools.release $(TAG) >dist/notes.md && \
	$(BIN)/python -m tools.release --options >dist/options.txt

compatibility: setup ## what is promised to stay (tests/compatibility/promised.json) written anew, once it may change
	@$(BIN)/python -m tests.compatibility.promised

image-test: setup ## the image built, and the newspaper crawled in it, locked up, into a real S3
	@$(BIN)/python -m tests.image

sites: setup ## what deploy/ has for each site that is deployed, from sites/*.toml: compose, Kubernetes, systemd
	@$(BIN)/python deploy/sites

pin: ## the images of deploy/compose.yaml by digest, in deploy/compose.digests.yaml (asks their registry)
	@deploy/pin

check: setup ## format, lint, types, import directions, network access, known vulnerabilities: all of them, then the verdict
	@failed=; \
	run() { echo "== $$*"; "$(BIN)/$$@" || failed="$$failed$${failed:+, }$$*"; }; \
	run ruff format --check .; \
	run ruff check .; \
	run mypy; \
	run lint-imports; \
	run pytest -q tests/test_fetching.py; \
	run python -m tools.javascript; \
	run python deploy/audit; \
	if [ -n "$$failed" ]; then echo "check failed: $$failed"; exit 1; fi; \
	echo "check passed"

architecture: setup ## docs/architecture.svg drawn anew from the import contract and the code
	@$(BIN)/python -m tools.architecture

coverage: setup ## the tests with their coverage, branches too, in var/coverage/ (index.html, report.txt); ARGS for pytest
	@umask 077; rm -rf var/coverage && mkdir -p var/coverage
	@umask 077; $(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal $(ARGS); tested=$$?; \
	$(BIN)/coverage combine --quiet && $(BIN)/coverage html --quiet && $(BIN)/coverage json --quiet && \
	$(BIN)/coverage report >var/coverage/report.txt && grep ^TOTAL var/coverage/report.txt && exit $$tested

docs: setup var/tools/docs/.ready ## the documentation site in var/docs/; a broken link or an undocumented public name fails
	@umask 077; $(call with,docs) -m sphinx --quiet --fail-on-warning --keep-going --fresh-env --write-all \
		--conf-dir docs --doctree-dir var/tools/doctrees . var/docs
	@echo "see var/docs/index.html"

dist: setup var/tools/dist/.ready ## wheel and sdist in dist/, checked, and the wheel tried in an environment of its own
	@umask 077; rm -rf dist build && mkdir -p var/tools
	@$(call with,dist) -m build --no-isolation >var/tools/build.log 2>&1 || { cat var/tools/build.log; exit 1; }
	@$(call with,dist) -m twine check --strict dist/*
	@umask 077; $(BIN)/python -m venv --clear var/tools/fresh
	@deploy/locked <requirements.lock >var/tools/fresh/requirements.lock
	@$(FRESH)/python -I -m pip install -qq --disable-pip-version-check --require-hashes -r var/tools/fresh/requirements.lock
	@$(FRESH)/python -I -m pip install -qq --disable-pip-version-check --no-deps --no-index dist/*.whl
	@env -u PYTHONPATH $(FRESH)/mtcrawler --help >/dev/null && $(FRESH)/python -I -c "import mtcrawler.api" && \
		echo "the wheel works in an environment of its own"

var/tools/%/.ready: | setup
	@umask 077; rm -rf $(@D) && $(BIN)/pip install -qq --disable-pip-version-check --require-hashes --target $(@D) -r $<
	@touch $@
var/tools/docs/.ready: docs/requirements.lock
var/tools/dist/.ready: tools/dist/requirements.lock
var/tools/train/.ready: tools/training/requirements.lock

format: setup ## lay the code out and fix what can be fixed by a machine
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

docs-tables: setup ## the tables of settings, exit codes and publishers in docs/, made from the code
	@$(BIN)/python -m mtcrawler.config.tables && $(BIN)/python -m tools.publishers

lock: setup ## every lock anew (the project's and those of its tools), with the hashes of the package index
	@umask 077; $(BIN)/python -m venv var/lock && var/lock/bin/pip install --quiet uv==$(UV)
	@var/lock/bin/uv pip compile pyproject.toml --all-extras $(LOCKED) --output-file requirements.lock
	@var/lock/bin/uv pip compile benchmarks/requirements.in $(LOCKED) --output-file benchmarks/requirements.lock
	@var/lock/bin/uv pip compile benchmarks/extractors/requirements.in $(LOCKED) \
		--output-file benchmarks/extractors/requirements.lock
	@for one in $(CRAWLERS:%=benchmarks/crawlers/environments/%); do \
		var/lock/bin/uv pip compile $$one/requirements.in $(LOCKED) --output-file $$one/requirements.lock || exit 1; done
	@var/lock/bin/uv pip compile tests/fuzz/requirements.in $(LOCKED) --output-file tests/fuzz/requirements.lock
	@for tool in docs tools/dist tools/training; do var/lock/bin/uv pip compile $$tool/requirements.in \
		--constraint requirements.lock $(LOCKED) --output-file $$tool/requirements.lock || exit 1; done
	@if command -v npm >/dev/null; then cd tools/js && npm update --package-lock-only \
		--omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error; fi

clean: ## remove what was made here, the embedded bucket too; what waits for delivery and sessions stay
	@if [ -x $(BIN)/mtcrawler ]; then for var in var var/demo; do $(BIN)/mtcrawler --var $$var store down || true; \
		$(BIN)/mtcrawler --var $$var fleet database down || true; done; fi
	@if [ -d var ]; then find var -mindepth 1 -maxdepth 1 ! -name spool ! -name sessions -exec rm -rf {} +; fi
	@rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
