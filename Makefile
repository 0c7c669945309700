# Every target sets up what it needs in .venv, with nothing but Python 3.10+ and the network's package index.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test test-fast lint editors pictures vsix vsix-check parity soak bench clean

demo: $(VENV)/run.stamp  ## play a session with the real server and print it
	$(BIN)/python examples/demo.py

test: $(VENV)/dev.stamp lint vsix editors  ## check types and style, run every test, those in real editors too
	$(BIN)/python -m pytest

test-fast: $(VENV)/dev.stamp lint  ## the same without editors, for daily work
	$(BIN)/python -m pytest --ignore tests/editors

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

editors: $(VENV)/dev.stamp  ## install the editors that tests run Posse in
	tests/editors/install_terminal.sh
	tests/editors/install_browser.sh
	PATH="$(abspath $(BIN)):$$PATH" tests/editors/install_vscode.sh .editors/vscode

pictures: vsix editors  ## take the pictures of the documentation anew
	$(BIN)/python -m tests.editors.pictures
	POSSE_PICTURES=docs/images $(BIN)/python -m pytest tests/editors/test_vscode.py -k sees

vsix: $(VENV)/dev.stamp  ## build the extension for VS Code, with the server in it
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python editors/vscode/build.py dist/posse.vsix

vsix-check: vsix  ## build it once more, elsewhere, and compare the bytes
	rm -rf build/vsix && mkdir -p build/vsix/again
	git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from - | tar --extract --directory build/vsix/again
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python build/vsix/again/editors/vscode/build.py build/vsix/posse.vsix
	cmp dist/posse.vsix build/vsix/posse.vsix && rm -rf build/vsix

parity: $(VENV)/dev.stamp  ## compare every finding with Bandit's on two million lines, try fixes there; takes a while
	$(BIN)/python -W ignore -m tests.parity --processes 2
	$(BIN)/python -W ignore -m tests.parity.fixes --processes 2
	POSSE_EXAMPLES=5000 $(BIN)/python -m pytest --quiet tests/parity

soak: $(VENV)/dev.stamp  ## edit texts a hundred thousand times and compare each with a fresh one; takes some five minutes
	$(BIN)/python -m tests.engine.soak

bench: $(VENV)/dev.stamp  ## measure scans beside Bandit's and keystrokes beside Ruff's
	$(BIN)/python -m tests.bench.scan
	$(BIN)/python -m tests.bench.keystrokes
	$(BIN)/python -m tests.bench.keystrokes --pull

clean:
	rm -rf $(VENV) .editors build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/run.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp editors/vscode/node.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement editors/vscode/node.txt
	$(BIN)/python -m pip install --quiet --group dev
	touch $@
