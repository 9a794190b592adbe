/** From a pressed key to the chord the table of actions writes: `n`, `shift+x`, `mod+k`, and two after the other, `g h`. Knows no action. */

/** As much of a keyboard event as a chord needs. */
export type Press = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** How long the second key of two may keep one waiting, in milliseconds. */
export const patienceMs = 1500;

/** Null for a key that only changes others, and for Alt, which writes signs on many keyboards. */
export function chordOf(press: Press): string | null {
  if (press.altKey || ["Shift", "Control", "Meta", "Alt", "CapsLock", "Dead"].includes(press.key)) return null;
  const key = keyOf(press);
  const isMod = press.ctrlKey || press.metaKey;
  // A sign such as ? is written with Shift already; a letter and a named key are not.
  const isShift = press.shiftKey && (key.length > 1 || /^[a-z]$/.test(key));
  return `${isMod ? "mod+" : ""}${isShift ? "shift+" : ""}${key}`;
}

/** A keyboard that writes no Latin letters, or an input method at work, still has the places of the letters. */
function keyOf({ key, code }: Press): string {
  const isLatin = key.length > 1 ? key !== "Process" && key !== "Unidentified" : key.charCodeAt(0) < 128;
  if (isLatin) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : key.toLowerCase();
}

/** A key by itself that writes a sign: those a person may switch off, and that rest while one types. */
export const isLetter = (chord: string): boolean => chord.split(" ").some((part) => !part.startsWith("mod+") && part.replace(/^shift\+/, "").length === 1);

/** Remembers the first key of two. */
export class Sequence {
  #first: string | null = null;
  #atMs = 0;

  /** The whole chord that `chord` ends or is; null while it only begins one. `isKnown` says whether a whole chord stands for something, `begins` whether one begins so. */
  take(chord: string, nowMs: number, known: (whole: string) => boolean, begins: (first: string) => boolean): string | null {
    const first = this.#first !== null && nowMs - this.#atMs <= patienceMs ? this.#first : null;
    this.#first = null;
    if (first !== null && known(`${first} ${chord}`)) return `${first} ${chord}`;
    if (!begins(chord)) return chord;
    this.#first = chord;
    this.#atMs = nowMs;
    return null;
  }
}

const names: Readonly<Record<string, string>> = { arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→", escape: "Esc", enter: "Enter", delete: "Del", "-": "−" };

/** As it is shown: `Ctrl K`, on a Mac `⌘ K`; `G H`. */
export function shownKeys(chord: string, isMac: boolean): string {
  return chord.split(" ").map((part) => part.split(/\+(?=.)/).map((name) => (name === "mod" ? (isMac ? "⌘" : "Ctrl") : name === "shift" ? (isMac ? "⇧" : "Shift") : names[name] ?? (name.length === 1 ? name.toUpperCase() : name[0]!.toUpperCase() + name.slice(1)))).join(" ")).join(" ");
}
