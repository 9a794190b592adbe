/** How a spec is written: JSON with two spaces, what is short on one line. Knows nothing of what it says. */

/** The widest line that still holds a whole component. */
const width = 58;

/** The spec as text. Reading the text again gives the same value. */
export function printSpec(value: unknown): string {
  return `${print(value, 0, 0)}\n`;
}

/** `before` counts the characters already on the line. */
function print(value: unknown, depth: number, before: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const flat = oneLine(value);
  const holdsRecords = Array.isArray(value) && value.some((entry) => typeof entry === "object" && entry !== null);
  if (flat === "{}" || flat === "[]" || (depth > 0 && !holdsRecords && before + flat.length <= width)) return flat;
  const indent = "  ".repeat(depth + 1);
  const lines = Array.isArray(value)
    ? value.map((entry) => `${indent}${print(entry, depth + 1, indent.length)}`)
    : Object.entries(value).map(([key, entry]) => {
        const head = `${indent}${JSON.stringify(key)}: `;
        return `${head}${print(entry, depth + 1, head.length)}`;
      });
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${lines.join(",\n")}\n${"  ".repeat(depth)}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${oneLine(entry)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
