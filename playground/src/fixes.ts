// Quick fixes: asked from the server, and applied to the editors.
import { LSPPlugin, type LSPClient } from "@codemirror/lsp-client";
import type { CodeAction, Diagnostic, Range, TextEdit, WorkspaceEdit } from "./protocol.js";

const QUICK_FIX = "quickfix";
const FIX_ALL = "source.fixAll.posse";

/** What this client can do with actions: apply edits, but run no commands. */
export const ACTION_CAPABILITIES = {
  codeActionLiteralSupport: { codeActionKind: { valueSet: [QUICK_FIX, FIX_ALL] } },
  dataSupport: true,
  resolveSupport: { properties: ["edit"] },
};

async function actions(client: LSPClient, uri: string, range: Range, diagnostics: Diagnostic[], only: string) {
  client.sync();
  const context = { diagnostics, only: [only] };
  const params = { textDocument: { uri }, range, context };
  const found = await client.request<object, CodeAction[] | null>("textDocument/codeAction", params);
  return (found ?? []).filter(action => action.kind === only && !action.command && !action.disabled);
}

/** Returns the fixes of a finding, the preferred one first. */
export async function fixesOf(client: LSPClient, uri: string, diagnostic: Diagnostic): Promise<CodeAction[]> {
  const found = await actions(client, uri, diagnostic.range, [diagnostic], QUICK_FIX);
  return found.sort((one, other) => Number(other.isPreferred ?? false) - Number(one.isPreferred ?? false));
}

/** Returns the action that applies every safe fix, and null if there is none. */
export async function fixForAll(client: LSPClient, uri: string, range: Range): Promise<CodeAction | null> {
  return (await actions(client, uri, range, [], FIX_ALL))[0] ?? null;
}

/** Apply an action. Returns whether it changed anything. */
export async function apply(client: LSPClient, action: CodeAction): Promise<boolean> {
  client.sync();
  const resolved = action.edit ? action : await client.request<CodeAction, CodeAction>("codeAction/resolve", action);
  let isChanged = false;
  for (const [uri, edits] of editsOf(resolved.edit ?? {})) {
    const view = client.workspace.getFile(uri)?.getView();
    const plugin = view && LSPPlugin.get(view);
    if (!view || !plugin || !plugin.unsyncedChanges.empty) continue; // it was edited since
    const changes = edits.map(edit => ({
      from: plugin.fromPosition(edit.range.start),
      to: plugin.fromPosition(edit.range.end),
      insert: edit.newText,
    }));
    view.dispatch({ changes, userEvent: "input.fix" });
    isChanged = true;
  }
  return isChanged;
}

function* editsOf(edit: WorkspaceEdit): Generator<[string, TextEdit[]]> {
  yield* Object.entries(edit.changes ?? {});
  for (const change of edit.documentChanges ?? [])
    if (change.textDocument && change.edits) yield [change.textDocument.uri, change.edits];
}

/** Returns a row of buttons that fetches the fixes of a finding and applies the chosen one. */
export function fixButtons(
  client: LSPClient,
  uri: string,
  diagnostic: Diagnostic,
  applied: (title: string, isChanged: boolean) => void,
): HTMLElement {
  const row = document.createElement("div");
  row.className = "fixes";
  row.textContent = "Looking for fixes ...";
  const add = (found: CodeAction[]) => {
    row.replaceChildren(
      ...found.map(action => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = action.title;
        button.className = action.isPreferred ? "preferred" : "";
        button.onclick = () => apply(client, action).then(isChanged => applied(action.title, isChanged));
        return button;
      }),
    );
    if (found.length === 0) row.textContent = "No fix, and no comment to suppress it.";
  };
  fixesOf(client, uri, diagnostic).then(add, () => (row.textContent = "The server did not answer. Try again."));
  return row;
}
