/** CodeMirror, dressed in our tokens and mounted in a shadow root, where its styles may be adopted under a policy that forbids style elements. Knows text, places and sentences; no specs. */

import { defaultKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import type { Extension } from "@codemirror/state";
import { Decoration, EditorView, highlightActiveLineGutter, keymap, lineNumbers, WidgetType } from "@codemirror/view";
import type { DecorationSet } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** A stretch of the text about which something is said; offsets from 0. */
export interface TextMark { readonly from: number; readonly to: number; readonly sentence: string }

export interface SpecEditorPorts {
  readonly label: string;
  onchange(text: string): void;
  undo(): void;
  redo(): void;
}

export interface SpecEditor {
  /** Takes a text over, changing only what differs, so that cursor and scroll stay. */
  setText(text: string): void;
  /** Washes the lines of the marks and says under each what is wrong; `focus` is an offset whose line is shown as the one being edited elsewhere. */
  show(marks: readonly TextMark[], focus: number | null): void;
  /** Scrolls an offset into sight and puts the cursor there. */
  goTo(offset: number): void;
  setLabel(label: string): void;
  close(): void;
}

class Sentence extends WidgetType {
  readonly text: string;
  constructor(text: string) {
    super();
    this.text = text;
  }
  override eq(other: Sentence): boolean { return other.text === this.text; }
  override toDOM(): HTMLElement {
    const line = document.createElement("div");
    line.className = "cm-sentence";
    line.textContent = this.text;
    return line;
  }
}

interface Shown { readonly marks: readonly TextMark[]; readonly focus: number | null }
const showEffect = StateEffect.define<Shown>();

const shownField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(showEffect)) return decorate(transaction.state, effect.value);
    return shown.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(state: EditorState, { marks, focus }: Shown): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const within = (offset: number): number => Math.min(Math.max(offset, 0), state.doc.length);
  const lines = new Map<number, TextMark[]>();
  for (const mark of marks) {
    const number = state.doc.lineAt(within(mark.from)).number;
    lines.set(number, [...(lines.get(number) ?? []), mark]);
  }
  const focusLine = focus === null ? 0 : state.doc.lineAt(within(focus)).number;
  for (const number of [...new Set([...lines.keys(), ...(focusLine > 0 ? [focusLine] : [])])].sort((a, b) => a - b)) {
    const line = state.doc.line(number);
    const here = [...(lines.get(number) ?? [])].sort((a, b) => a.from - b.from);
    builder.add(line.from, line.from, Decoration.line({ class: here.length > 0 ? "cm-wrong" : "cm-elsewhere" }));
    let end = line.from;
    for (const mark of here) {
      const from = Math.max(within(mark.from), end);
      const to = Math.min(within(mark.to), line.to);
      if (to > from) builder.add(from, to, Decoration.mark({ class: "cm-wave" }));
      end = Math.max(end, to);
    }
    for (const mark of here) builder.add(line.to, line.to, Decoration.widget({ widget: new Sentence(mark.sentence), block: true, side: 1 }));
  }
  return builder.finish();
}

const highlighting = syntaxHighlighting(HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--ink-1)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--accent)" },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: "var(--ink-2)" },
]));

const dress = EditorView.theme({
  "&": { height: "100%", background: "transparent", color: "var(--ink-2)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", fontSize: "11.5px", lineHeight: "20px", fontFeatureSettings: '"calt" 0' },
  ".cm-content": { padding: "8px 0", caretColor: "var(--ink-1)" },
  ".cm-line": { padding: "0 12px 0 0" },
  ".cm-gutters": { background: "transparent", border: "0", color: "var(--ink-3)", fontSize: "11px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "38px", padding: "0 12px 0 0" },
  ".cm-activeLineGutter": { background: "transparent" },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--ink-1)" },
  ".cm-elsewhere": { background: "var(--accent-wash)" },
  ".cm-wrong": { background: "var(--bad-wash)" },
  ".cm-wave": { textDecoration: "underline wavy var(--bad-mark)", textDecorationSkipInk: "none", textUnderlineOffset: "3px" },
  ".cm-sentence": { padding: "0 12px 4px 16px", background: "var(--bad-wash)", color: "var(--bad)", font: "var(--text-small)/1.45 var(--font-ui)", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--accent-wash)", outline: "1px solid var(--accent-line)" },
  "& ::selection": { background: "var(--accent-line)" },
});

/** Opens an editor in a host element, which must be able to hold a shadow root. */
export function openSpecEditor(host: HTMLElement, text: string, ports: SpecEditorPorts): SpecEditor {
  const root = host.attachShadow({ mode: "open" });
  // From outside, a key pressed in a shadow root looks as if nobody were typing: the page's single-letter keys must not hear it.
  root.addEventListener("keydown", (event) => { if (event instanceof KeyboardEvent && !event.ctrlKey && !event.metaKey) event.stopPropagation(); });
  let label = ports.label;
  const reread = StateEffect.define<null>();
  let isQuiet = false;
  const does = (action: () => void) => () => { action(); return true; };
  const extensions: Extension[] = [
    keymap.of([
      { key: "Mod-z", run: does(() => { ports.undo(); }) },
      { key: "Mod-Shift-z", run: does(() => { ports.redo(); }) },
      { key: "Mod-y", run: does(() => { ports.redo(); }) },
      // Ctrl Enter belongs to the page, Tab to the keyboard's way through it.
      ...defaultKeymap.filter(({ key }) => key !== "Mod-Enter"),
    ]),
    lineNumbers(), EditorView.lineWrapping, highlightActiveLineGutter(), bracketMatching(), json(), highlighting, dress, shownField,
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of(() => ({ "aria-label": label, spellcheck: "false", tabindex: "0" })),
    EditorView.updateListener.of((update) => { if (update.docChanged && !isQuiet) ports.onchange(update.state.doc.toString()); }),
  ];
  const view = new EditorView({ state: EditorState.create({ doc: text, extensions }), root, parent: root });

  return {
    setText(next) {
      const now = view.state.doc.toString();
      if (next === now) return;
      let from = 0;
      while (from < now.length && from < next.length && now[from] === next[from]) from++;
      let tail = 0;
      while (tail < now.length - from && tail < next.length - from && now[now.length - 1 - tail] === next[next.length - 1 - tail]) tail++;
      isQuiet = true;
      view.dispatch({ changes: { from, to: now.length - tail, insert: next.slice(from, next.length - tail) } });
      isQuiet = false;
    },
    show(marks, focus) { view.dispatch({ effects: showEffect.of({ marks, focus }) }); },
    goTo(offset) {
      const at = Math.min(offset, view.state.doc.length);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    },
    setLabel(next) {
      label = next;
      view.dispatch({ effects: reread.of(null) });
    },
    close() { view.destroy(); },
  };
}
