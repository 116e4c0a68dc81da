# Everything a fresh machine needs is `make` and Python 3.12 or newer.

PY_CANDIDATES := $(PYTHON) python3.13 python3.14 python3.12 python3 \
	$(HOME)/.pyenv/versions/3.13*/bin/python3 $(HOME)/.pyenv/versions/3.1[2-9]*/bin/python3
PY := .venv/bin/python
UV := UV_PYTHON_DOWNLOADS=never .venv/bin/uv

.PHONY: up demo test check lock fuzz campaign bench screenshots browser

up: .venv/.synced
	@$(PY) manage.py up --demo $(if $(PORT),--port $(PORT))

demo: .venv/.synced
	@$(PY) manage.py demo load

test: .venv/.synced browser
	$(PY) -m pytest -n 2 --dist loadfile --ignore=tests/browser
	$(PY) -m pytest -n 2 tests/browser

check: .venv/.synced
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	.venv/bin/djlint templates --lint --quiet
	$(PY) -m pytest -q tests/test_conventions.py
	.venv/bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
	$(PY) manage.py framework check apps/frameworks/internal_promotion.toml

fuzz: .venv/.synced
	$(PY) -m pytest -n 2 tests/fuzz --requests 10000

# Kills, outages and simulated years: minutes.
campaign: .venv/.synced
	$(PY) -m pytest -s -m campaign tests

bench: .venv/.synced
	$(PY) -m bench

# The README's own pictures, from the demo.
screenshots: .venv/.synced browser
	$(PY) -m pytest -q $(foreach page,today story,"tests/browser/test_pages.py::test_page_is_sound[chromium-$(page)]")
	mkdir -p docs/screenshots
	for page in today story; do cp test-output/screenshots/$$page-1440-light.png docs/screenshots/$$page.png; done

browser: .venv/.synced
	@$(PY) -m tests.chromium

# Hashes of every dependency, and no address of any package index; what is pinned stays pinned
# unless pyproject.toml forbids it (to renew all: delete the file first). The second file is what the image
# installs: the same versions without the embedded servers and the tools of development.
lock: .venv/bin/uv
	$(UV) pip compile --quiet --python $(PY) --universal --generate-hashes --no-emit-index-url --no-header \
		--group dev pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --python $(PY) --universal --generate-hashes --no-emit-index-url --no-header \
		--constraints requirements.lock pyproject.toml -o requirements-run.lock

# A candidate is run, not looked up: a version manager's shim exists and fails for a version not chosen.
.venv/bin/uv:
	@PY=; for p in $(PY_CANDIDATES); do \
	  if "$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then PY=$$p; break; fi; \
	done; \
	if [ -z "$$PY" ]; then \
	  echo "error: need Python 3.12+ with venv (python3 is: $$(python3 --version 2>&1)). Or: make up PYTHON=/path/to/python3.13" >&2; exit 1; \
	fi; \
	"$$PY" -m venv --clear .venv && $(PY) -m pip install -q --disable-pip-version-check uv==0.13.9

# A company's network may be signed by an authority that only the system knows, as pip takes it; and a bare
# machine may have none installed, where uv brings its own.
SYNC := $(UV) pip sync --quiet --require-hashes --python $(PY) requirements.lock
.venv/.synced: .venv/bin/uv requirements.lock
	@$(SYNC) --system-certs 2>.venv/sync.log || $(SYNC) || { cat .venv/sync.log >&2; exit 1; }
	@touch $@
