/** The status item: the server's state and the number of findings in the active file. */

import {
  languages,
  LanguageStatusSeverity,
  window,
  type Command,
  type Diagnostic,
  type Disposable,
  type LanguageStatusItem,
} from "vscode";
import type { Server } from "./server";

const SHOW_LOG: Command = { command: "posse.showLog", title: "Show Log" };
const RESTART: Command = { command: "posse.restart", title: "Restart" };

/** Shows the server's state and the number of findings until the result is disposed of. */
export function showStatus(server: Server): Disposable[] {
  const item = languages.createLanguageStatusItem("posse.status", [{ language: "python" }]);
  item.name = "Posse";
  const update = (): void => present(item, server);
  update();
  return [
    item,
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

const STATES = { starting: "starting", stopped: "stopped", failed: "not running" };

/** Text with the server's counts; until these arrive, with the number of findings that are shown. */
function counted(server: Server): string {
  const uri = window.activeTextEditor?.document.uri;
  const numbers = uri && server.numbersOf(uri);
  const count = numbers?.findings ?? (uri ? languages.getDiagnostics(uri).filter(isFinding).length : 0);
  const parts = [count === 1 ? "1 finding" : `${count || "No"} findings`];
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
