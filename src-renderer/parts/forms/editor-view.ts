/** How the draft is looked at, kept for this window. Knows only a place to keep a word. */

export type EditorView = "form" | "both" | "text";

const key = "descent.editor.view";

export function keptView(storage: Pick<Storage, "getItem">): EditorView {
  const kept = storage.getItem(key);
  return kept === "form" || kept === "text" ? kept : "both";
}

export const keepView = (storage: Pick<Storage, "setItem">, view: EditorView): void => { storage.setItem(key, view); };
