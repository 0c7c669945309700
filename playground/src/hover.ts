// Hover: what the server says about a position, as HTML that can do nothing, with the fixes of its findings.
import { LSPPlugin, type LSPClient } from "@codemirror/lsp-client";
import { forEachDiagnostic } from "@codemirror/lint";
import { EditorView, hoverTooltip } from "@codemirror/view";
import DOMPurify from "dompurify";
import { diagnosticOf } from "./diagnostics.js";
import { fixButtons } from "./fixes.js";
import type { Diagnostic, Hover } from "./protocol.js";

DOMPurify.addHook("afterSanitizeAttributes", node => {
  if (node.tagName !== "A") return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer");
});

/** Returns HTML without scripts, forms, images and styles; links open in a new tab. */
export const sanitized = (html: string) =>
  DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ["form", "img", "input", "style", "button"],
    FORBID_ATTR: ["style", "id"],
  });

/** Returns what the server says about an offset, and null if it says nothing. */
export async function explanation(client: LSPClient, view: EditorView, offset: number): Promise<HTMLElement | null> {
  const plugin = LSPPlugin.get(view);
  if (!plugin) return null;
  client.sync();
  const params = { textDocument: { uri: plugin.uri }, position: plugin.toPosition(offset) };
  const hover = await client.request<object, Hover | null>("textDocument/hover", params);
  if (hover === null) return null;
  const text = document.createElement("div");
  text.className = "explanation";
  text.innerHTML = plugin.docToHTML(hover.contents as never, "markdown");
  for (const code of text.querySelectorAll("pre")) code.tabIndex = 0; // it scrolls, also by keys
  return text;
}

/** Shows the explanation below the pointer, and the fixes of the findings there. */
export function hovers(client: () => LSPClient, applied: (title: string, isChanged: boolean) => void) {
  return hoverTooltip(
    async (view, offset) => {
      const plugin = LSPPlugin.get(view);
      const text = await explanation(client(), view, offset).catch(() => null);
      if (text === null || !plugin) return null;
      const found: Diagnostic[] = [];
      forEachDiagnostic(view.state, (shown, from, to) => {
        const diagnostic = diagnosticOf(shown);
        if (from <= offset && offset <= to && diagnostic?.code) found.push(diagnostic);
      });
      const create = () => {
        const dom = document.createElement("div");
        dom.className = "hover";
        dom.append(text, ...found.slice(0, 3).map(item => fixButtons(client(), plugin.uri, item, applied)));
        return { dom };
      };
      return { pos: offset, above: true, create };
    },
    { hideOn: transaction => transaction.docChanged, hoverTime: 250 },
  );
}
