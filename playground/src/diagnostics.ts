// Diagnostics that the server publishes, as squiggles in the editors.
import { setDiagnostics, type Diagnostic as Shown } from "@codemirror/lint";
import { LSPPlugin, type LSPClient, type LSPClientExtension } from "@codemirror/lsp-client";
import { ACTION_CAPABILITIES } from "./fixes.js";
import type { Diagnostic, Position, PublishedDiagnostics } from "./protocol.js";

/** Limit for squiggles: with more, typing would be slow. The findings are counted all the same. */
const MOST_SQUIGGLES = 2_000;
const SEVERITIES = ["hint", "error", "warning", "info", "hint"] as const;
const origins = new WeakMap<Shown, Diagnostic>();

/** Returns the diagnostic of the server that a squiggle shows. */
export const diagnosticOf = (shown: Shown) => origins.get(shown);

/** Shows what is published, and passes it on to `received`. */
export function publishedDiagnostics(received: (published: PublishedDiagnostics) => void): LSPClientExtension {
  return {
    clientCapabilities: {
      general: { positionEncodings: ["utf-16"] },
      textDocument: {
        publishDiagnostics: { versionSupport: true, codeDescriptionSupport: true, relatedInformation: true },
        codeAction: ACTION_CAPABILITIES,
      },
    },
    notificationHandlers: {
      "textDocument/publishDiagnostics": (client, published: PublishedDiagnostics) => {
        if (show(client, published)) received(published);
        return true;
      },
    },
  };
}

/** Returns whether they are about the newest text. */
function show(client: LSPClient, { uri, version, diagnostics }: PublishedDiagnostics): boolean {
  const file = client.workspace.getFile(uri);
  const view = file?.getView();
  const plugin = view && LSPPlugin.get(view);
  if (!view || !plugin || !file || (version !== undefined && version !== file.version)) return false;
  const offset = ({ line, character }: Position) => {
    const { doc } = file;
    const found = line < doc.lines ? doc.line(line + 1) : doc.line(doc.lines);
    return plugin.unsyncedChanges.mapPos(Math.min(found.from + character, found.to));
  };
  const shown = diagnostics.slice(0, MOST_SQUIGGLES).map(diagnostic => {
    const from = offset(diagnostic.range.start);
    const item: Shown = {
      from,
      to: Math.max(from, offset(diagnostic.range.end)),
      severity: SEVERITIES[diagnostic.severity ?? 2] ?? "warning",
      message: diagnostic.message,
    };
    origins.set(item, diagnostic);
    return item;
  });
  view.dispatch(setDiagnostics(view.state, shown));
  return true;
}
