/** Messages as text, for channels that carry nothing else: JSON that keeps typed arrays, NaN, ±∞ and −0. Knows no message's meaning. */

/** Deeper than any message of ours, shallow enough that no reader runs out of stack. */
const depthLimit = 100;

const columns = [["f64", Float64Array], ["i32", Int32Array], ["u8", Uint8Array]] as const;
const numbers: ReadonlyMap<unknown, number> = new Map([["NaN", NaN], ["Infinity", Infinity], ["-Infinity", -Infinity], ["-0", -0]]);

/**
 * Plain data as one line of JSON. What JSON cannot say stands in an object whose only key is `$`: `{"$":"NaN"}`, `{"$":["f64","…base64…"]}`;
 * an object of the person's with a key `$` becomes `{"$":["object",[[key,value],…]]}`. Bytes are little-endian, as every machine we run on has them.
 * Absent properties are left out. Throws TypeError for what is not plain data (functions, dates, maps, other typed arrays), for a key `__proto__`, and beyond 100 levels.
 */
export function encode(message: unknown): string {
  return JSON.stringify(wrap(message, 0));
}

/** The message back. Throws where the text is nothing that `encode` writes. */
export function decode(text: string): unknown {
  return unwrap(JSON.parse(text), 0);
}

function wrap(value: unknown, depth: number): unknown {
  tooDeep(depth);
  switch (typeof value) {
    case "string":
    case "boolean": return value;
    case "number": return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: Object.is(value, -0) ? "-0" : String(value) };
    case "undefined": return { $: "undefined" };
    case "object": break;
    default: throw new TypeError(`a ${typeof value} cannot cross the wire`);
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((one: unknown) => (typeof one === "string" ? one : wrap(one, depth + 1)));
  if (ArrayBuffer.isView(value)) for (const [tag, type] of columns) if (value instanceof type) return { $: [tag, toBase64(value)] };
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== null && Object.getPrototypeOf(proto) !== null) throw new TypeError(`a ${value.constructor.name} cannot cross the wire`);
  // Ten thousand rows are wrapped while a person waits: no lists of entries where an object will do.
  const wrapped: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const one = (value as Readonly<Record<string, unknown>>)[key];
    if (one !== undefined) wrapped[fair(key)] = wrap(one, depth + 1);
  }
  return Object.hasOwn(value, "$") ? { $: ["object", Object.entries(wrapped)] } : wrapped;
}

/** In place: what JSON.parse made belongs to nobody else. */
function unwrap(value: unknown, depth: number): unknown {
  tooDeep(depth);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    value.forEach((one: unknown, i) => { if (typeof one === "object" && one !== null) value[i] = unwrap(one, depth + 1); });
    return value;
  }
  if (Object.hasOwn(value, "$")) return special(value as { readonly $: unknown }, depth);
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const one = record[fair(key)];
    if (typeof one === "object" && one !== null) record[key] = unwrap(one, depth + 1);
  }
  return record;
}

function special(value: { readonly $: unknown }, depth: number): unknown {
  const { $: said } = value;
  if (Object.keys(value).length !== 1) throw new TypeError("a marked value has no other keys");
  if (said === "undefined") return undefined;
  const number = numbers.get(said);
  if (number !== undefined) return number;
  if (!Array.isArray(said) || said.length !== 2) throw new TypeError("an unknown mark");
  const [tag, body] = said as [unknown, unknown];
  if (tag === "object" && Array.isArray(body)) {
    return Object.fromEntries(body.map((entry: unknown) => {
      if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== "string") throw new TypeError("an entry is a key and a value");
      return [fair(entry[0]), unwrap(entry[1], depth + 1)];
    }));
  }
  if (typeof body !== "string") throw new TypeError("an unknown mark");
  switch (tag) {
    case "f64": return new Float64Array(fromBase64(body));
    case "i32": return new Int32Array(fromBase64(body));
    case "u8": return new Uint8Array(fromBase64(body));
    default: throw new TypeError("an unknown mark");
  }
}

function tooDeep(depth: number): void {
  if (depth > depthLimit) throw new TypeError(`nested deeper than ${depthLimit} levels`);
}

function fair(key: string): string {
  if (key === "__proto__") throw new TypeError("a key may not be __proto__");
  return key;
}

/** What the platforms bring themselves: Node a Buffer, browsers methods of Uint8Array. Curves of hundreds of runs are tens of megabytes, which letter by letter take seconds. */
interface OwnBase64 {
  readonly Buffer?: { from(bytes: ArrayBufferLike, at: number, length: number): { toString(form: "base64"): string } };
  readonly Uint8Array: { readonly fromBase64?: (text: string) => Uint8Array; readonly prototype: { readonly toBase64?: () => string } };
}
const own = globalThis as unknown as OwnBase64;

function toBase64({ buffer, byteOffset, byteLength }: Float64Array | Int32Array | Uint8Array): string {
  if (own.Buffer !== undefined) return own.Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const native = own.Uint8Array.prototype.toBase64;
  return native === undefined ? lettersOf(bytes) : native.call(bytes);
}

/** btoa wants one character for each byte; 24 576 is a multiple of 3, so the pieces join without padding between them. */
function lettersOf(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let from = 0; from < bytes.length; from += 24_576) pieces.push(btoa(String.fromCharCode(...bytes.subarray(from, from + 24_576))));
  return pieces.join("");
}

/** Memory of its own, for a typed array of any kind. Throws where the text is no base64; Node's Buffer would leave out what it cannot read. */
function fromBase64(text: string): ArrayBuffer {
  const native = own.Uint8Array.fromBase64;
  if (native !== undefined) return native(text).buffer as ArrayBuffer;
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes.buffer;
}
