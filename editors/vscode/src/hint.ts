/** A hint with the first finding that a user ever sees, once. */

import { commands, languages, window, type Disposable, type ExtensionContext } from "vscode";
import { isFinding } from "./status";

const TOLD = "posse.hasToldOfFirstFinding";

/** Waits for the first finding in the active editor, unless the user has been told before. */
export function tellOfFirstFinding({ globalState }: ExtensionContext): Disposable[] {
  if (globalState.get<boolean>(TOLD)) {
    return [];
  }
  const listening = languages.onDidChangeDiagnostics(({ uris }) => {
    const editor = window.activeTextEditor;
    const seen = editor && uris.some(uri => uri.toString() === editor.document.uri.toString());
    if (seen && languages.getDiagnostics(editor.document.uri).some(isFinding)) {
      listening.dispose();
      void globalState.update(TOLD, true);
      void tell();
    }
  });
  return [listening];
}

async function tell(): Promise<void> {
  const ways = {
    "Show Findings": () => commands.executeCommand("posse.findings.focus"),
    "How It Works": () => commands.executeCommand("workbench.action.openWalkthrough", "posse.posse#start"),
  } as const;
  const chosen = await window.showInformationMessage(
    "Posse has found something in this file. Point at the underlined code to read why it matters; the light bulb has fixes.",
    ...(Object.keys(ways) as (keyof typeof ways)[]),
  );
  await (chosen && ways[chosen]());
}
