/** The status items: the server's state and the number of findings in the active file. */

import {
  DiagnosticSeverity,
  languages,
  LanguageStatusSeverity,
  MarkdownString,
  StatusBarAlignment,
  ThemeColor,
  window,
  type Command,
  type Diagnostic,
  type Disposable,
  type LanguageStatusItem,
  type StatusBarItem,
} from "vscode";
import type { Server } from "./server";

const SHOW_LOG: Command = { command: "posse.showLog", title: "Show Log" };
const RESTART: Command = { command: "posse.restart", title: "Restart" };

/** Shows the server's state and the number of findings until the result is disposed of. */
export function showStatus(server: Server): Disposable[] {
  const item = languages.createLanguageStatusItem("posse.status", [{ language: "python" }]);
  const bar = window.createStatusBarItem("posse.bar", StatusBarAlignment.Right, 90);
  item.name = bar.name = "Posse";
  bar.command = "posse.menu";
  const update = (): void => {
    present(item, server);
    presentInBar(bar, server);
  };
  update();
  return [
    item,
    bar,
    server.onDidChange(update),
    server.onDidCount(update),
    window.onDidChangeActiveTextEditor(update),
    languages.onDidChangeDiagnostics(event => {
      const uri = window.activeTextEditor?.document.uri.toString();
      if (event.uris.some(changed => changed.toString() === uri)) {
        update();
      }
    }),
  ];
}

function present(item: LanguageStatusItem, server: Server): void {
  const state = server.state;
  item.busy = state.is === "starting";
  item.severity = state.is === "failed" ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
  item.command = state.is === "running" ? SHOW_LOG : RESTART;
  item.text = state.is === "running" ? counted(server) : `Posse: ${STATES[state.is]}`;
  item.detail = state.is === "failed" ? state.problem.message : "";
  if (state.is === "running") {
    item.detail = `Posse, on Python ${state.interpreter.version}`;
  }
}

/** Shows what the status bar has room for: an icon with the number, beside Python files or if there is no server. */
function presentInBar(bar: StatusBarItem, server: Server): void {
  const state = server.state;
  const texts = { starting: "$(loading~spin) Posse", stopped: "$(circle-slash) Posse", failed: "$(error) Posse" };
  bar.text = state.is === "running" ? `$(shield) ${countsOf(server).findings}` : texts[state.is];
  bar.backgroundColor = state.is === "failed" ? new ThemeColor("statusBarItem.errorBackground") : undefined;
  const said =
    state.is === "running" ? counted(server) : state.is === "failed" ? state.problem.message : STATES[state.is];
  bar.tooltip = new MarkdownString().appendText(`Posse: ${said}`);
  bar.accessibilityInformation = { label: `Posse: ${said}` };
  if (state.is === "failed" || window.activeTextEditor?.document.languageId === "python") {
    bar.show();
  } else {
    bar.hide();
  }
}

const STATES = { starting: "starting", stopped: "stopped", failed: "not running" };

/** The numbers of findings in the active file, and of those that are shown as hints, which are listed nowhere else. */
function countsOf(server: Server): { findings: number; hints: number } {
  const uri = window.activeTextEditor?.document.uri;
  const shown = uri ? languages.getDiagnostics(uri).filter(isFinding) : [];
  const hints = shown.filter(({ severity }) => severity === DiagnosticSeverity.Hint).length;
  const all = (uri && server.numbersOf(uri)?.findings) ?? shown.length;
  return { findings: Math.max(all - hints, 0), hints };
}

/** Text with the server's counts; until these arrive, with the number of findings that are shown. */
function counted(server: Server): string {
  const uri = window.activeTextEditor?.document.uri;
  const numbers = uri && server.numbersOf(uri);
  const { findings, hints } = countsOf(server);
  const parts = [findings === 1 ? "1 finding" : `${findings || "No"} findings`];
  if (hints) {
    parts.push(`${hints} as ${hints === 1 ? "a hint" : "hints"}`);
  }
  if (numbers?.evidence?.shown) {
    parts.push(`${numbers.evidence.shown} confirmed`);
  }
  if (numbers?.suppressed) {
    parts.push(`${numbers.suppressed} suppressed`);
  }
  if (numbers?.baselined) {
    parts.push(`${numbers.baselined} in the baseline`);
  }
  return parts.join(", ");
}

/** Whether a diagnostic is a finding, of any rule: the codes of remarks on comments are words, a syntax error has none. */
export function isFinding(diagnostic: Diagnostic): boolean {
  return diagnostic.source === "posse" && /^[A-Z]+\d+$/.test(ruleOf(diagnostic));
}

/** Returns the ID of a diagnostic's rule. */
export function ruleOf({ code }: Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}
