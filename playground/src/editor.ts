// The two editors: how they look, and what both can do.
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { linter, lintGutter, nextDiagnostic, previousDiagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField, type Extension } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  type DecorationSet,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

/** Limit for a text, in characters: what Python in a page checks while one still wants to wait for it. */
export const LONGEST_TEXT = 1_000_000;

const step = StateEffect.define<number | null>();

/** The line of the chosen step of a flow; an edit ends the choice. */
const chosenStep = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (lines, transaction) => {
    for (const effect of transaction.effects)
      if (effect.is(step))
        return effect.value === null
          ? Decoration.none
          : Decoration.set([Decoration.line({ class: "step-line" }).range(effect.value)]);
    return transaction.docChanged ? Decoration.none : lines;
  },
  provide: field => EditorView.decorations.from(field),
});

/** Select a range and scroll to it, without taking the focus; `isStep` marks its line as the step of a flow. */
export function reveal(view: EditorView, from: number, to: number, isStep: boolean) {
  view.dispatch({
    selection: { anchor: from, head: to },
    effects: [
      EditorView.scrollIntoView(from, { y: "center" }),
      step.of(isStep ? view.state.doc.lineAt(from).from : null),
    ],
  });
}

/** Refuses edits that make a text longer than the limit. */
const limited = (refuse: (length: number) => void) =>
  EditorState.transactionFilter.of(transaction => {
    const length = transaction.newDoc.length;
    if (!transaction.docChanged || length <= LONGEST_TEXT || length <= transaction.startState.doc.length)
      return transaction;
    refuse(length);
    return [];
  });

/** Create an editor in an element. `refuse` is called with the length of a text that is too long. */
export function createEditor(
  parent: HTMLElement,
  label: string,
  text: string,
  refuse: (length: number) => void,
  extensions: Extension,
): EditorView {
  const appearance = [
    lineNumbers(),
    lintGutter({ tooltipFilter: () => [] }),
    linter(null, { tooltipFilter: () => [] }), // the hover says it all, and is one
    highlightSpecialChars(),
    drawSelection(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    bracketMatching(),
    syntaxHighlighting(classHighlighter),
    chosenStep,
    EditorView.lineWrapping,
  ];
  const behavior = [
    history(),
    indentOnInput(),
    closeBrackets(),
    limited(refuse),
    // Tab leaves the editor, as it leaves every field of a page.
    keymap.of([
      { key: "F8", run: nextDiagnostic },
      { key: "Shift-F8", run: previousDiagnostic },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
  ];
  const state = EditorState.create({ doc: text, extensions: [extensions, appearance, behavior] });
  return new EditorView({ parent, state });
}

/** Replace the whole text. */
export function replaceText(view: EditorView, text: string) {
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: text },
    selection: { anchor: 0 },
    scrollIntoView: true,
  });
}
