/** The status item: whether the server runs, and what it has found in the file in front. */

import {
  languages,
  LanguageStatusSeverity,
  window,
  type Command,
  type Diagnostic,
  type Disposable,
  type LanguageStatusItem,
} from "vscode";
import type { Server, State } from "./server";

const SHOW_LOG: Command = { command: "posse.showLog", title: "Show Log" };
const RESTART: Command = { command: "posse.restart", title: "Restart" };

/** Show the server's state and count its findings, for as long as the result lives. */
export function showStatus(server: Server): Disposable[] {
  const item = languages.createLanguageStatusItem("posse.status", [{ language: "python" }]);
  item.name = "Posse";
  const update = (): void => present(item, server.state);
  update();
  return [
    item,
    server.onDidChange(update),
    window.onDidChangeActiveTextEditor(update),
    languages.onDidChangeDiagnostics(event => {
      const uri = window.activeTextEditor?.document.uri.toString();
      if (event.uris.some(changed => changed.toString() === uri)) {
        update();
      }
    }),
  ];
}

function present(item: LanguageStatusItem, state: State): void {
  item.busy = state.is === "starting";
  item.severity = state.is === "failed" ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
  item.command = state.is === "running" ? SHOW_LOG : RESTART;
  item.text = state.is === "running" ? counted() : `Posse: ${STATES[state.is]}`;
  item.detail = state.is === "failed" ? state.problem.message : "";
  if (state.is === "running") {
    item.detail = `Posse, on Python ${state.interpreter.version}`;
  }
}

const STATES = { starting: "starting", stopped: "stopped", failed: "not running" };

function counted(): string {
  const document = window.activeTextEditor?.document;
  const count = document ? languages.getDiagnostics(document.uri).filter(isFinding).length : 0;
  return count === 1 ? "1 finding" : `${count || "No"} findings`;
}

/** Whether a diagnostic is a finding, rather than a remark on a comment or on code that does not parse. */
export function isFinding(diagnostic: Diagnostic): boolean {
  return diagnostic.source === "posse" && /^B\d{3}$/.test(ruleOf(diagnostic));
}

/** The ID of the rule that a diagnostic is of. */
export function ruleOf({ code }: Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}
