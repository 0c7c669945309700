# Every target sets up what it needs within this folder, with nothing but Python 3.10+ and the network: packages in .venv,
# editors in .editors, other Pythons in .pythons. Nothing is installed into the system.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# Strings get the same hashes in each run, so that sets have the same order.
FIXED := PYTHONHASHSEED=0
# Tests run on all cores, but on no more than eight: each process has eight servers.
PARALLEL := --numprocesses auto --maxprocesses 8 --dist worksteal

.PHONY: playground docs test-site release test-release entries demo test test-fast coverage test-pythons lint editors pictures vsix vsix-check parity soak bench clean

# Tests with targets of their own.
ELSEWHERE := --ignore tests/editors --ignore tests/site --ignore tests/release

demo: $(VENV)/run.stamp  ## play a session with the real server and print it
	$(BIN)/python examples/demo.py

test: announce-test $(VENV)/dev.stamp lint vsix editors  ## check types and style, run every test, those in real editors too
	@status=0; \
	$(FIXED) $(BIN)/python -m pytest -m "not alone" $(ELSEWHERE) $(PARALLEL) || status=1; \
	$(FIXED) $(BIN)/python -m pytest -m alone --ignore tests/site --ignore tests/release || status=1; \
	exit $$status

test-fast: announce-fast $(VENV)/dev.stamp lint  ## the same without editors and the longest tests, for daily work
	$(FIXED) $(BIN)/python -m pytest -m "not longest" $(ELSEWHERE) $(PARALLEL)

ENGINE_TESTS := $(addprefix tests/,engine flow rule library parity scan specs server/rooms test_documents.py \
	hostile/test_found_configurations.py hostile/test_library.py hostile/test_reading.py hostile/test_who_may_set_what.py) \
	--ignore tests/scan/test_bad_input.py
HOSTILE_TESTS := tests/hostile/test_edits.py tests/hostile/test_large_baselines.py \
	-k "as_fresh or at_once or byte_order_mark or cannot_be_checked or large_report"

coverage: $(VENV)/dev.stamp  ## print which branches of the engine its tests take, and name the lines that they miss
	@echo "Runs the tests that concern the engine, one after the other, and follows each branch: about 6 minutes."
	mkdir -p build/coverage
	$(FIXED) $(BIN)/python -m coverage run -m pytest -q -m "not longest and not alone" $(ENGINE_TESTS)
	$(FIXED) $(BIN)/python -m coverage run --append -m pytest -q $(HOSTILE_TESTS)
	$(BIN)/python -m coverage report

test-pythons: $(VENV)/dev.stamp  ## run the engine's, the scan's and the protocol's tests on every Python from 3.10 to 3.15
	@echo "Finds or unpacks each Python into .pythons, and runs the tests there: about 9 minutes for each, two at a time; PYTHONS=\"3.10 --fast\" chooses."
	$(FIXED) $(BIN)/python -m tests.pythons $(PYTHONS)

.PHONY: announce-test announce-fast
announce-test:
	@echo "Runs every test, also in Neovim, Emacs, Helix, Vim and VS Code: about 12 minutes on two cores. The first time, about 5 more:"
	@echo "packages go to .venv, editors and a browser (400 MB to download) to .editors, nothing to the system."
	@echo "'make test-fast' takes less than 3 minutes: it leaves out editors and the longest tests."

announce-fast:
	@echo "Runs all tests but those in editors, the longest, and those with every client: less than 3 minutes on two cores."
	@echo "The first time, 1 minute more to set up .venv."

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

editors: $(VENV)/dev.stamp  ## install the editors that tests run Posse in
	PATH="$(abspath $(BIN)):$$PATH" tests/editors/install.sh

playground: build/playground/index.html  ## build the playground: the server in a page, as static files

docs: $(VENV)/publish.stamp build/playground/index.html  ## build the site into build/site; every warning and broken link is an error
	$(BIN)/python -m website build/site --playground build/playground

release: $(VENV)/publish.stamp  ## build what a release consists of from the tag of this version, twice, into dist/release
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python packaging/release.py dist/release --twice $(if $(REVISION),--revision $(REVISION))

entries: $(VENV)/run.stamp  ## write the entries for other projects, below packaging/entries, from the facts of this one
	$(BIN)/python packaging/entries.py

test-release: $(VENV)/publish.stamp  ## build a release of this commit twice, and check the entries and workflows as others do
	$(FIXED) $(BIN)/python -m pytest tests/release

test-site: docs  ## click through the site in a browser: light, dark, on a phone, and by the rules of accessibility
	tests/editors/install_browser.sh
	$(FIXED) $(BIN)/python -m pytest tests/site

pictures: vsix editors  ## take the pictures of the documentation again
	$(BIN)/python -m tests.editors.pictures
	$(BIN)/python -m tests.editors.vscode.movie
	POSSE_PICTURES=docs/images $(BIN)/python -m pytest tests/editors/test_vscode.py -k sees

vsix: $(VENV)/dev.stamp  ## build the extension for VS Code, with the server in it
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python editors/vscode/build.py dist/posse.vsix

vsix-check: vsix  ## build it once more, elsewhere, and compare the bytes
	rm -rf build/vsix && mkdir -p build/vsix/again
	git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from - | tar --extract --directory build/vsix/again
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python build/vsix/again/editors/vscode/build.py build/vsix/posse.vsix
	cmp dist/posse.vsix build/vsix/posse.vsix && rm -rf build/vsix

parity: $(VENV)/suite.stamp  ## compare findings on two million lines, run Bandit's own tests, try fixes; takes a while
	$(BIN)/python -W ignore -m tests.parity --processes 2
	$(BIN)/python -W ignore -m tests.parity.fixes --processes 2
	POSSE_EXAMPLES=5000 $(BIN)/python -m pytest --quiet tests/parity
	$(BIN)/python -m tests.bandit_suite

soak: $(VENV)/dev.stamp  ## edit texts 100,000 times, and search for counterexamples at random; SEED= does it once more
	@seed=$(or $(SEED),$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')); \
	echo "Makes 100,000 edits and searches every property at random: about 10 minutes. To repeat it: make soak SEED=$$seed"; \
	export PYTHONHASHSEED=$$seed POSSE_EXAMPLES=2000; \
	$(BIN)/python -m tests.engine.soak --seed $$seed && \
	$(BIN)/python -m pytest -m hypothesis --ignore tests/editors --hypothesis-profile random --hypothesis-seed $$seed

bench: $(VENV)/bench.stamp  ## measure scans beside those of Bandit and its port to Rust, and keystrokes beside Ruff's
	$(BIN)/python -m tests.bench.scan
	$(BIN)/python -m tests.bench.cluster
	$(BIN)/python -m tests.bench.keystrokes
	$(BIN)/python -m tests.bench.keystrokes --pull
	$(BIN)/python -m tests.bench.extremes
	$(BIN)/python -m tests.bench.flows

PLAYGROUND_SOURCES := $(shell find playground server checks examples editors/vscode/server_bundle.py editors/vscode/bundled.txt \
	\( -name node_modules -o -name __pycache__ \) -prune -o -type f -print)
build/playground/index.html: $(VENV)/dev.stamp $(PLAYGROUND_SOURCES)
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python playground/build.py build/playground

clean:
	rm -rf $(VENV) .editors .pythons build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/run.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp editors/vscode/node.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement editors/vscode/node.txt
	$(BIN)/python -m pip install --quiet --group dev
	$(BIN)/python -m tests.scan.sarif_schema
	touch $@

$(VENV)/publish.stamp: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group publish
	touch $@

$(VENV)/bench.stamp: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	touch $@

$(VENV)/suite.stamp: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group suite
	touch $@
