/** The text of a table on its way to bytes, made so that little of it is in memory at any moment. Pure. */

/** `push` adds to the end; `take` gives the bytes of all that was pushed since it was last called. Text becomes bytes soon: a long one would outlive the first collection of memory. */
export function textBytes(): { push(text: string): void; take(): Uint8Array } {
  const utf8 = new TextEncoder();
  let bytes = new Uint8Array(64 * 1024), length = 0, text = "";
  const settle = (): void => {
    // A unit of UTF-16 is three bytes at most.
    const needed = length + 3 * text.length;
    if (needed > bytes.length) {
      const larger = new Uint8Array(2 * needed);
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    length += utf8.encodeInto(text, bytes.subarray(length)).written;
    text = "";
  };
  return {
    push(more) {
      text += more;
      if (text.length >= 8192) settle();
    },
    take() {
      settle();
      const taken = bytes.slice(0, length);
      length = 0;
      return taken;
    },
  };
}

/** Every digit of a number, as `String` gives them; −0 keeps its sign. `String` remembers the texts that it makes, and millions of those would pile up. */
export const digits = (value: number): string => (Object.is(value, -0) ? "-0" : Number.isFinite(value) ? JSON.stringify(value) : String(value));
