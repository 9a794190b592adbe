/** English words of what can be taken back: each says what was done. */

export const deeds = {
  undo: "Undo",
  /** On the button of the title bar. */
  undoWhat: (said: string) => `Undo: ${said}`,
  nothing: "Nothing to undo",
  undone: (said: string) => `Taken back: ${said}`,
  couldNotTurn: (said: string) => `Could not take back: ${said}`,
  trashed: (n: number, shown: string) => (n === 1 ? "1 run moved to the trash" : `${shown} runs moved to the trash`),
  restored: (n: number, shown: string) => (n === 1 ? "1 run restored" : `${shown} runs restored`),
  archived: (n: number, shown: string) => (n === 1 ? "1 run archived" : `${shown} runs archived`),
  unarchived: (n: number, shown: string) => (n === 1 ? "1 run taken out of the archive" : `${shown} runs taken out of the archive`),
  renamed: (to: string) => `Renamed to ${to}`,
  tagged: (tag: string) => `Tagged ${tag}`,
  untagged: (tag: string) => `Tag ${tag} taken away`,
  marked: "Marked",
  pinned: "Pinned",
  unpinned: "No longer pinned",
  baseline: "Made the baseline",
  notBaseline: "No longer the baseline",
  takenOut: (name: string) => `${name} taken out of the queue`,
  moved: (name: string) => `${name} moved in the queue`,
  question: "Question changed",
  backedUp: (name: string) => `Backed up: ${name}`,
  purged: (n: number, size: string) => (n === 1 ? `1 run purged, ${size} freed` : `${n} runs purged, ${size} freed`),
  arranged: "Table arranged",
  trashIsEmpty: "The trash is empty",
};
