// A session inside VS Code's own extension host, with the extension installed from its package. The tests run in the order
// in which they stand here; each goes on from where the one before has left the file.

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const PATIENCE = 30_000;
const { executeCommand } = vscode.commands;
const folder = () => vscode.workspace.workspaceFolders[0].uri;
const file = name => vscode.Uri.joinPath(folder(), name);
const tests = [];
const test = (name, run) => tests.push({ name, run });
let editor;

test("findings are shown on opening", async () => {
  editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file("session.py")));
  await until(() => codes().length > 0);
  assert.deepEqual(codes(), ["B101"]);
  const [finding] = diagnostics();
  assert.equal(finding.source, "posse");
  assert.match(finding.code.target.toString(), /b101/);
});

test("a finding appears while typing", async () => {
  await type("    return eval(name)\n");
  await until(() => codes().includes("B307"));
  assert.deepEqual(codes(), ["B101", "B307"]);
  assert.ok(editor.document.isDirty);
});

test("a hover explains it", async () => {
  const hovers = await executeCommand("vscode.executeHoverProvider", editor.document.uri, place("eval"));
  const text = hovers.flatMap(hover => hover.contents.map(content => content.value)).join("\n");
  assert.match(text, /B307/);
  assert.match(text, /```python/);
});

test("a quick fix fixes it", async () => {
  await act(place("eval"), /literal_eval/);
  await until(() => !codes().includes("B307"));
  assert.match(editor.document.getText(), /^import ast\n/);
  assert.match(editor.document.getText(), /ast\.literal_eval\(name\)/);
  await executeCommand("undo");
  await until(() => codes().includes("B307"));
});

test("a quick fix suppresses it", async () => {
  await act(place("eval"), /^Suppress B307/);
  await until(() => !codes().includes("B307"));
  assert.match(editor.document.getText(), /eval\(name\)\s+# nosec B307/);
  assert.deepEqual(codes(), ["B101"]);
});

test("all that is safe to fix is fixed on save, where that is wanted", async () => {
  await type("\n\ndef read(file):\n    return yaml.load(file)\n");
  await until(() => codes().includes("B506"));
  const settings = vscode.workspace.getConfiguration("editor");
  await settings.update("codeActionsOnSave", { "source.fixAll.posse": "explicit" }, vscode.ConfigurationTarget.Global);
  await editor.document.save();
  assert.match(fs.readFileSync(file("session.py").fsPath, "utf8"), /yaml\.safe_load\(file\)/);
  await settings.update("codeActionsOnSave", undefined, vscode.ConfigurationTarget.Global);
});

test("a finding is added to the baseline", async () => {
  await act(place("assert"), /^Ignore this B101 for now/);
  await until(() => codes().length === 0);
  const baseline = JSON.parse(fs.readFileSync(file(".bandit-baseline.json").fsPath, "utf8"));
  assert.deepEqual(
    baseline.results.map(result => result.test_id),
    ["B101"],
  );
  fs.unlinkSync(file(".bandit-baseline.json").fsPath);
  await until(() => codes().includes("B101"));
});

test("an edited configuration counts at once", async () => {
  fs.writeFileSync(file("bandit.yaml").fsPath, "skips: [B101, B404]\n");
  await until(() => codes().length === 0);
  fs.writeFileSync(file("bandit.yaml").fsPath, "skips: [B404]\n");
  await until(() => codes().includes("B101"));
});

test("a configuration shows its mistakes as it is typed", async () => {
  const document = await vscode.workspace.openTextDocument(file("bandit.yaml"));
  const other = await vscode.window.showTextDocument(document);
  await other.edit(edit => edit.insert(new vscode.Position(0, 8), "B999, "));
  const [mistake] = await until(() => nonEmpty(vscode.languages.getDiagnostics(document.uri)));
  assert.match(mistake.message, /B999/);
  await executeCommand("undo");
  await until(() => vscode.languages.getDiagnostics(document.uri).length === 0);
  editor = await vscode.window.showTextDocument(editor.document);
});

test("the report for bugs has the editor and the settings that arrived", async () => {
  await executeCommand("posse.showReport");
  const page = await until(() => vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === "posse"));
  const text = page.document.getText();
  assert.match(text, /name +code-server/);
  assert.match(text, /configurationPreference: project/);
  assert.match(text, /bandit\.yaml/);
  editor = await vscode.window.showTextDocument(editor.document);
});

test("the editor's settings count, its defaults do not", async () => {
  fs.writeFileSync(file("bandit.yaml").fsPath, "posse: {minimum_severity: medium}\n");
  await until(() => codes().length === 0);
  const settings = vscode.workspace.getConfiguration("posse", folder());
  assert.equal(settings.get("minimumSeverity"), "all");
  await settings.update("configurationPreference", "editor", vscode.ConfigurationTarget.Workspace);
  await type("\nassert editor\n"); // the default does not outrank what the project says
  await executeCommand("posse.effectiveConfiguration");
  await until(() => /Configuration of session\.py/.test(vscode.window.tabGroups.activeTabGroup.activeTab?.label));
  const page = await until(() => vscode.workspace.textDocuments.find(({ uri }) => /^\/Configuration of/.test(uri.path)));
  assert.match(page.getText(), /^\| posse\.minimum\\_severity \| medium \| .*bandit\.yaml:1 \|$/m);
  editor = await vscode.window.showTextDocument(editor.document);
  assert.deepEqual(codes(), []);
  await settings.update("minimumSeverity", "low", vscode.ConfigurationTarget.Workspace);
  await until(() => codes().length === 2);
  await settings.update("minimumSeverity", undefined, vscode.ConfigurationTarget.Workspace);
  await settings.update("configurationPreference", undefined, vscode.ConfigurationTarget.Workspace);
  fs.writeFileSync(file("bandit.yaml").fsPath, "skips: [B404]\n");
  await until(() => codes().length === 2);
});

test("an untitled document is checked", async () => {
  const document = await vscode.workspace.openTextDocument({ language: "python", content: "assert untitled\n" });
  await vscode.window.showTextDocument(document);
  await until(() => nonEmpty(vscode.languages.getDiagnostics(document.uri)));
  editor = await vscode.window.showTextDocument(editor.document);
});

test("the cells of a notebook are checked as one program", async () => {
  const cell = text => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "python");
  const data = new vscode.NotebookData([cell("import yaml as y"), cell("%time\ny.load(file)")]);
  const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", data);
  await vscode.window.showNotebookDocument(notebook);
  const { uri } = notebook.cellAt(1).document;
  const [finding] = await until(() => nonEmpty(vscode.languages.getDiagnostics(uri)));
  assert.equal(finding.code.value, "B506");
  assert.equal(finding.range.start.line, 1);
  editor = await vscode.window.showTextDocument(editor.document);
});

test("an action explains a finding on a page of its own, with the code marked as Python", async () => {
  await act(place("assert"), /^Explain B101$/);
  await until(() => /B101/.test(vscode.window.tabGroups.activeTabGroup.activeTab?.label));
  const page = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "posse" && uri.path === "/B101.md");
  assert.match(page.getText(), /^# B101 assert_used\n[^]*^```python$/m);
  editor = await vscode.window.showTextDocument(editor.document);
});

test("a tree lists the findings by severity, rule and file, with the evidence", async () => {
  const shell = file("shell.py");
  const imports = "import subprocess\nfrom flask import request\n\n";
  fs.writeFileSync(shell.fsPath, `${imports}subprocess.run("ls " + request.args["x"], shell=True)\nassert x\n`);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(shell));
  const { findings } = vscode.extensions.getExtension("posse.posse").exports;
  const groups = () => findings.getChildren().map(node => [findings.getTreeItem(node).label, node]);
  const listed = async label => (await findings.getChildren(new Map(groups()).get(label))).map(node => findings.getTreeItem(node));
  await executeCommand("posse.groupBy.rule");
  await until(() => new Map(groups()).has("B602"));
  await executeCommand("posse.groupBy.severity");
  await until(async () => (await listed("High")).some(({ description }) => description === "confirmed · shell.py:4"));
  assert.deepEqual(groups().map(([label]) => label)[0], "High");
  await executeCommand("posse.groupBy.file");
  assert.ok(groups().some(([label]) => label === "shell.py"));
  const [first] = await listed("shell.py");
  await executeCommand(first.command.command, ...first.command.arguments);
  await until(() => vscode.window.activeTextEditor?.document.uri.toString() === shell.toString());
  await executeCommand("workbench.action.closeActiveEditor");
  fs.unlinkSync(shell.fsPath);
  editor = await vscode.window.showTextDocument(editor.document);
});

test("the setting leaves out what it says, in the editor alone", async () => {
  await type("\nassert shown\n");
  await until(() => codes().length === 3);
  const settings = vscode.workspace.getConfiguration("posse", folder());
  await settings.update("show", "medium", vscode.ConfigurationTarget.Workspace);
  await until(() => codes().length === 0);
  await settings.update("show", undefined, vscode.ConfigurationTarget.Workspace);
  await until(() => codes().length === 3);
  await executeCommand("undo");
  await until(() => codes().length === 2);
});

test("the documentation of a rule is shown", async () => {
  editor.selection = new vscode.Selection(place("assert"), place("assert"));
  await executeCommand("posse.openRuleDocumentation");
  await until(() => /B101/.test(vscode.window.tabGroups.activeTabGroup.activeTab?.label));
  editor = await vscode.window.showTextDocument(editor.document);
});

test("the documentation of one of Posse's own rules is shown", async () => {
  const content = "import uuid\n\nsession_token = uuid.uuid1().hex\nassert session_token\n";
  const document = await vscode.workspace.openTextDocument({ language: "python", content });
  const other = await vscode.window.showTextDocument(document);
  const shown = () => vscode.languages.getDiagnostics(document.uri).map(({ code }) => code?.value ?? code);
  await until(() => shown().includes("P204"));
  other.selection = new vscode.Selection(2, 18, 2, 18);
  await executeCommand("posse.openRuleDocumentation");
  await until(() => /P204/.test(vscode.window.tabGroups.activeTabGroup.activeTab?.label));
  editor = await vscode.window.showTextDocument(editor.document);
});

test("files that are not open are checked by a command", async () => {
  const closed = file("closed.py");
  fs.writeFileSync(closed.fsPath, "import pickle\npickle.loads(data)\n");
  void executeCommand("posse.checkWorkspace");
  await until(() => vscode.languages.getDiagnostics(closed).length === 2);
  fs.unlinkSync(closed.fsPath);
  await until(() => vscode.languages.getDiagnostics(closed).length === 0);
});

test("a crashed server is started again", async () => {
  const [before] = servers();
  process.kill(before.pid, "SIGKILL");
  await until(() => isReplaced(before));
  await type("eval(after)\n");
  await until(() => codes().includes("B307"));
});

test("the server runs on the Python that is selected in the Python extension", async () => {
  assert.equal(servers()[0].command, process.env.SELECTED_PYTHON);
  const python = vscode.extensions.getExtension("ms-python.python").exports;
  python.select(process.env.OTHER_PYTHON);
  await until(() => runsOn(process.env.OTHER_PYTHON));
  python.select("/nowhere/python");
  await until(() => runsOn("python3"));
  python.select(process.env.SELECTED_PYTHON);
  await until(() => runsOn(process.env.SELECTED_PYTHON));
  await until(() => codes().includes("B307"));
});

test("the setting names the Python before all others", async () => {
  const python = path.join(folder().fsPath, "python");
  fs.symlinkSync(process.env.OTHER_PYTHON, python);
  const settings = vscode.workspace.getConfiguration("posse");
  await settings.update("interpreter", "${workspaceFolder}/python", vscode.ConfigurationTarget.Workspace);
  await until(() => runsOn(python));
  await settings.update("interpreter", undefined, vscode.ConfigurationTarget.Workspace);
  await until(() => runsOn(process.env.SELECTED_PYTHON));
});

test("restarting leaves one server, and the findings", async () => {
  const [before] = servers();
  await Promise.all([executeCommand("posse.restart"), executeCommand("posse.restart")]);
  await until(() => isReplaced(before));
  await type("eval(again)\n");
  await until(() => codes().filter(code => code === "B307").length === 2);
});

exports.run = async () => {
  const results = {};
  for (const { name, run } of tests) {
    try {
      await run();
      results[name] = null;
    } catch (error) {
      results[name] = `${error.stack}\n${describe()}`;
    }
    fs.writeFileSync(process.env.RESULT_FILE, JSON.stringify(results));
  }
};

const diagnostics = () => vscode.languages.getDiagnostics(editor.document.uri);
const codes = () => diagnostics().map(({ code }) => code?.value ?? code).filter(Boolean).sort();
const nonEmpty = list => list.length > 0 && list;
const describe = () => editor && `findings: ${codes()}\n${editor.document.getText()}`;

async function type(text) {
  const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
  assert.ok(await editor.edit(edit => edit.insert(end, text)));
}

function place(word) {
  return editor.document.positionAt(editor.document.getText().lastIndexOf(word) + 1);
}

async function act(position, title) {
  const range = new vscode.Range(position, position);
  const actions = await executeCommand("vscode.executeCodeActionProvider", editor.document.uri, range, undefined, 20);
  const action = actions.find(each => title.test(each.title));
  assert.ok(action, `no action is called ${title}: ${actions.map(each => each.title)}`);
  if (action.edit) {
    assert.ok(await vscode.workspace.applyEdit(action.edit));
  }
  if (action.command) {
    await executeCommand(action.command.command, ...(action.command.arguments ?? []));
  }
}

/** The language servers that this extension host has started: their process IDs, and what they were started with. */
function servers() {
  const children = fs.readdirSync("/proc").filter(name => /^\d+$/.test(name));
  return children.flatMap(pid => {
    try {
      const status = fs.readFileSync(path.join("/proc", pid, "status"), "utf8");
      const words = fs.readFileSync(path.join("/proc", pid, "cmdline"), "utf8").split("\0");
      const isOurs = status.includes(`PPid:\t${process.pid}\n`) && words.some(word => word.endsWith("/launch.py"));
      return isOurs ? [{ pid: Number(pid), command: words[0] }] : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

function runsOn(command) {
  const [server, ...others] = servers();
  return server?.command === command && others.length === 0;
}

function isReplaced(before) {
  const [server, ...others] = servers();
  return server && server.pid !== before.pid && others.length === 0;
}

async function until(holds) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const value = await holds();
    if (value) {
      return value;
    }
    assert.ok(Date.now() < deadline, `not within ${PATIENCE / 1000} s: ${holds}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
