/** The commands that users run. */

import {
  CodeActionKind,
  commands,
  EventEmitter,
  languages,
  Uri,
  window,
  workspace,
  type CodeAction,
  type Command,
  type Disposable,
  type LogOutputChannel,
  type TextEditor,
} from "vscode";
import { ExecuteCommandRequest } from "vscode-languageclient/node";
import type { Findings } from "./findings";
import { openMenu } from "./menu";
import type { Server } from "./server";
import { isFinding, ruleOf } from "./status";

const ADD_FINDING = "posse.addFindingToBaseline";
const ADD_FILE = "posse.addFileToBaseline";
const ADD_WORKSPACE = "posse.addWorkspaceToBaseline";
const SHOW_CONFIGURATION = "posse.showConfiguration";
const DOCTOR = "posse.doctor";
const SHOW_RULE = "posse.showRule";
const SCAN_WORKSPACE = "posse.scanWorkspace";

/** Registers the commands until the result is disposed of. */
export function registerCommands(server: Server, log: LogOutputChannel, findings: Findings): Disposable[] {
  const page = new Page("posse");
  return [
    page,
    commands.registerCommand("posse.restart", () => server.start()),
    commands.registerCommand("posse.showLog", () => log.show()),
    commands.registerCommand("posse.effectiveConfiguration", () => showConfiguration(server, page)),
    commands.registerCommand("posse.showReport", () => showReport(server, page)),
    commands.registerCommand("posse.addToBaseline", () => addToBaseline(server)),
    commands.registerCommand("posse.checkWorkspace", () => checkWorkspace(server)),
    commands.registerCommand("posse.openRuleDocumentation", (name?: unknown) =>
      openRuleDocumentation(server, page, typeof name === "string" ? name : undefined),
    ),
    commands.registerCommand("posse.menu", openMenu),
    ...(["severity", "rule", "file"] as const).map(grouping =>
      commands.registerCommand(`posse.groupBy.${grouping}`, () => findings.groupBy(grouping)),
    ),
  ];
}

async function showConfiguration(server: Server, page: Page): Promise<void> {
  const editor = pythonEditor("show its configuration");
  const text = editor && (await ask(server, SHOW_CONFIGURATION, editor.document.uri.toString(), "markdown"));
  if (editor && typeof text === "string") {
    await page.preview(`Configuration of ${workspace.asRelativePath(editor.document.uri)}.md`, text);
  }
}

async function showReport(server: Server, page: Page): Promise<void> {
  const editor = pythonEditor("show a report about it");
  const text = editor && (await ask(server, DOCTOR, editor.document.uri.toString()));
  if (typeof text === "string") {
    await page.show("Report for a bug", text);
  }
}

async function addToBaseline(server: Server): Promise<void> {
  const editor = pythonEditor("add its findings to the baseline");
  if (!editor) {
    return;
  }
  const uri = editor.document.uri;
  const choice = (label: string, command: string, ...given: unknown[]) => ({ label, command, given });
  const here = (await actionsHere(editor)).filter(({ command }) => command === ADD_FINDING);
  const choices = [
    ...here.map(({ title, command, arguments: given = [] }) => choice(title, command, ...given)),
    choice("Add all findings in this file", ADD_FILE, uri.toString()),
    choice("Add all findings in the workspace", ADD_WORKSPACE),
  ];
  const chosen = await window.showQuickPick(choices, {
    placeHolder: "Findings in the baseline are no longer shown",
  });
  const count = chosen && (await ask(server, chosen.command, ...chosen.given));
  if (typeof count === "number") {
    void window.showInformationMessage(`Added ${numbered(count, "finding")} to the baseline.`);
  }
}

async function actionsHere(editor: TextEditor): Promise<Command[]> {
  const actions = await commands.executeCommand<(CodeAction | Command)[]>(
    "vscode.executeCodeActionProvider",
    editor.document.uri,
    editor.selection,
    CodeActionKind.QuickFix.value,
  );
  return actions.flatMap(action => (typeof action.command === "string" ? (action as Command) : (action.command ?? [])));
}

async function checkWorkspace(server: Server): Promise<void> {
  const result = (await ask(server, SCAN_WORKSPACE)) as { files: number; findings: number } | undefined | null;
  if (result) {
    const message = `Checked ${numbered(result.files, "file")}: ${numbered(result.findings, "finding")}.`;
    const chosen = await window.showInformationMessage(message, "Show Problems");
    await (chosen && commands.executeCommand("workbench.actions.view.problems"));
  }
}

function numbered(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

async function openRuleDocumentation(server: Server, page: Page, given?: string): Promise<void> {
  const name = given ?? (await chosenRule());
  const rule = (name && (await ask(server, SHOW_RULE, name))) as { id: string; markdown: string } | undefined | null;
  if (rule) {
    await page.preview(`${rule.id}.md`, rule.markdown);
  }
}

/** Returns the rule of the finding under the cursor, else one that the user picks from the file's rules or types. */
async function chosenRule(): Promise<string | undefined> {
  const editor = window.activeTextEditor;
  const findings = editor ? languages.getDiagnostics(editor.document.uri).filter(isFinding) : [];
  const under = findings.filter(finding => editor && finding.range.intersection(editor.selection));
  const listed = under.length > 0 ? under : findings;
  const choices = new Map(listed.map(finding => [ruleOf(finding), finding.message]));
  if (choices.size === 0) {
    return window.showInputBox({ placeHolder: "B602", prompt: "ID or name of a rule" });
  }
  const items = [...choices].map(([label, description]) => ({ label, description }));
  const chosen =
    items.length === 1 ? items[0] : await window.showQuickPick(items, { placeHolder: "Rule to read about" });
  return chosen?.label;
}

/** Returns the active editor if it shows a Python file; otherwise tells the user to open one. */
function pythonEditor(purpose: string): TextEditor | undefined {
  const editor = window.activeTextEditor;
  if (editor?.document.languageId === "python") {
    return editor;
  }
  void window.showInformationMessage(`Open a Python file first to ${purpose}.`);
  return undefined;
}

/** Have the server run a command. Returns undefined, after telling the user, if there is no server or it fails. */
async function ask(server: Server, command: string, ...given: unknown[]): Promise<unknown> {
  const client = server.running;
  if (!client) {
    void window.showWarningMessage("Posse is not running. Start it with the command “Posse: Restart the Server”.");
    return undefined;
  }
  try {
    return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: given });
  } catch (error) {
    void window.showErrorMessage(`Posse's command failed: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** A read-only document with text from the server. */
class Page implements Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly texts = new Map<string, string>();
  private readonly registration: Disposable;

  constructor(private readonly scheme: string) {
    this.registration = workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: this.changed.event,
      provideTextDocumentContent: uri => this.texts.get(uri.toString()) ?? "",
    });
  }

  /** Shows plain text. */
  async show(title: string, text: string): Promise<void> {
    const uri = this.put(title, text);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  /** Shows rendered Markdown. */
  async preview(title: string, markdown: string): Promise<void> {
    await commands.executeCommand("markdown.showPreview", this.put(title, markdown));
  }

  private put(title: string, text: string): Uri {
    const uri = Uri.from({ scheme: this.scheme, path: `/${title}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
