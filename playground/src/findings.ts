// The list below the editors: each finding with its explanation, its fixes and the steps of its flow, all in reach of keys.
import type { LSPClient } from "@codemirror/lsp-client";
import { LSPPlugin } from "@codemirror/lsp-client";
import type { EditorView } from "@codemirror/view";
import { reveal } from "./editor.js";
import { fixButtons } from "./fixes.js";
import { explanation } from "./hover.js";
import type { Diagnostic, Position } from "./protocol.js";

/** Limit for the list. All are counted. */
const MOST_LISTED = 100;
const SEVERITIES = ["", "high", "medium", "low", "note"];

const element = <Name extends keyof HTMLElementTagNameMap>(name: Name, className: string, text = "") => {
  const created = document.createElement(name);
  created.className = className;
  created.textContent = text;
  return created;
};

export class FindingList {
  private shown = "";
  private diagnostics: readonly Diagnostic[] = [];

  constructor(
    private readonly list: HTMLElement,
    private readonly client: LSPClient,
    private readonly view: EditorView,
    private readonly uri: string,
    private readonly applied: (title: string, isChanged: boolean) => void,
  ) {}

  /** Show these, and leave open what was open. */
  show(diagnostics: readonly Diagnostic[]) {
    const listed = diagnostics.slice(0, MOST_LISTED);
    const content = JSON.stringify(listed);
    this.diagnostics = listed;
    if (content === this.shown) return;
    this.shown = content;
    const open = new Set(
      [...this.list.querySelectorAll("details[open]")].map(each => (each as HTMLElement).dataset.key),
    );
    const focused = this.list.contains(document.activeElement);
    const seen = new Map<string, number>();
    const items = listed.map(diagnostic => {
      const name = `${diagnostic.code} ${diagnostic.message}`;
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return this.item(diagnostic, `${name} ${count}`, open);
    });
    if (diagnostics.length > listed.length)
      items.push(
        element("li", "more", `${(diagnostics.length - listed.length).toLocaleString("en")} more are not listed.`),
      );
    this.list.replaceChildren(...items);
    if (focused && !this.list.contains(document.activeElement)) this.list.focus();
  }

  /** Open the finding at the cursor, and focus it. Returns whether there is one. */
  openAtCursor(): boolean {
    const plugin = LSPPlugin.get(this.view);
    const cursor = plugin?.toPosition(this.view.state.selection.main.head);
    if (!cursor) return false;
    const isAt = ({ range: { start, end } }: Diagnostic) =>
      start.line <= cursor.line && cursor.line <= end.line && (start.line < end.line || start.line === cursor.line);
    const index = this.diagnostics.findIndex(isAt);
    const details = this.list.children[index]?.querySelector("details");
    if (!details) return false;
    details.open = true;
    details.querySelector("summary")?.focus();
    return true;
  }

  private item(diagnostic: Diagnostic, key: string, open: ReadonlySet<string | undefined>): HTMLElement {
    const item = element("li", `finding ${SEVERITIES[diagnostic.severity ?? 2]}`);
    const details = document.createElement("details");
    details.dataset.key = key;
    const summary = document.createElement("summary");
    summary.append(
      element("span", "severity", SEVERITIES[diagnostic.severity ?? 2]),
      element("span", "line", `line ${diagnostic.range.start.line + 1}`),
      element("span", "code", diagnostic.code ?? ""),
      element("span", "message", diagnostic.message),
    );
    details.append(summary);
    let isFilled = false;
    const fill = () => {
      if (!isFilled) this.fill(details, diagnostic);
      isFilled = true;
    };
    details.ontoggle = () => details.open && fill();
    summary.onclick = () => this.reveal(diagnostic.range.start, diagnostic.range.end, false);
    if (open.has(key)) {
      details.open = true;
      fill();
    }
    item.append(details);
    return item;
  }

  private fill(details: HTMLElement, diagnostic: Diagnostic) {
    const steps = (diagnostic.relatedInformation ?? []).filter(({ location }) => location.uri === this.uri);
    if (steps.length > 0) {
      const list = element("ol", "steps");
      list.setAttribute("aria-label", "Steps");
      for (const { location, message } of steps) {
        const button = element("button", "", `${message} (line ${location.range.start.line + 1})`);
        button.type = "button";
        button.onclick = () => {
          for (const other of list.querySelectorAll("button")) other.removeAttribute("aria-current");
          button.setAttribute("aria-current", "step");
          this.reveal(location.range.start, location.range.end, true);
        };
        const item = document.createElement("li");
        item.append(button);
        list.append(item);
      }
      details.append(list);
    }
    if (diagnostic.code) details.append(fixButtons(this.client, this.uri, diagnostic, this.applied));
    const offset = this.offset(diagnostic.range.start);
    explanation(this.client, this.view, offset).then(
      text => text && details.append(text),
      () => undefined, // the message stands above
    );
  }

  private reveal(start: Position, end: Position, isStep: boolean) {
    reveal(this.view, this.offset(start), this.offset(end), isStep);
  }

  /** The offset of a position, or the nearest one if the text has become shorter. */
  private offset({ line, character }: Position): number {
    const { doc } = this.view.state;
    const found = doc.line(Math.min(line + 1, doc.lines));
    return Math.min(found.from + character, found.to);
  }
}
