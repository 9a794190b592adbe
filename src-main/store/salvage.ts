/**
 * A SQLite file read as bytes, page by page, trusting nothing: the rows of every leaf page that can still be read, also where the pages that lead to it are gone.
 * Knows SQLite's file format (sqlite.org/fileformat2.html), version 3, and no table's meaning.
 */

import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";

export type Value = number | bigint | string | Buffer | null;

/** A row as it stands in a page. `root`: the first page of the table's tree, where it can be told; `kind`: whether its tree is keyed by rowid or by its first columns. */
export interface SalvagedRow { readonly kind: "rowid" | "key"; readonly root: number | null; readonly page: number; readonly rowid: number; readonly values: readonly Value[] }

export interface Salvage extends Disposable {
  /** What the header says; 0 where it says nothing sensible. */
  readonly version: number;
  readonly pages: number;
  /** Pages whose bytes make no sense where rows should be; counted while `rows` goes through all of them. */
  readonly unreadable: number;
  /** Every row that can be read, or those of the tree with that root. Those in pages that SQLite has given up are left out. */
  rows(root?: number): Generator<SalvagedRow>;
}

const leafTable = 13;
const leafKey = 10;
/** What the pointer map says of a page: the root of a tree, free, an overflow page (the first, a later one), another page of a tree. */
const mapped = { root: 1, free: 2, firstOverflow: 3, overflow: 4, tree: 5 } as const;

/** Opens the file and, where there is one, its write-ahead log. The caller disposes of it. */
export function salvage(file: string): Salvage {
  const handle = openSync(file, "r");
  const head = Buffer.alloc(100);
  readSync(handle, head, 0, 100, 0);
  const said = head.readUInt16BE(16);
  const size = said === 1 ? 65_536 : said >= 512 && (said & (said - 1)) === 0 ? said : 4096;
  const log = logged(`${file}-wal`, size);
  const pages = Math.max(Math.ceil(fstatSync(handle).size / size), ...log.keys());
  const reserved = head[20]! <= 64 ? head[20]! : 0;
  const usable = size - reserved;
  let unreadable = 0;

  const cache = new Map<number, Buffer>();
  function page(number: number): Buffer {
    const known = cache.get(number);
    if (known !== undefined) return known;
    const inLog = log.get(number);
    const bytes = Buffer.alloc(size);
    if (inLog !== undefined) inLog.copy(bytes);
    else readSync(handle, bytes, 0, size, (number - 1) * size);
    if (cache.size > 256) cache.delete(cache.keys().next().value!);
    cache.set(number, bytes);
    return bytes;
  }

  // Every entry of the pointer map takes five bytes; the page that holds them stands before the pages it is about.
  const perMap = Math.floor(usable / 5) + 1;
  const isHeaded = head.toString("latin1", 0, 15) === "SQLite format 3";
  // Where the header is gone, a project is taken for what projects are.
  const hasMap = !isHeaded || page(1).readUInt32BE(52) !== 0;
  function mapEntry(number: number): { readonly type: number; readonly parent: number } | null {
    if (!hasMap || number < 2) return null;
    const map = Math.floor((number - 2) / perMap) * perMap + 2;
    if (map === number) return { type: mapped.free, parent: 0 };
    const at = 5 * (number - map - 1);
    const type = page(map)[at]!;
    const parent = page(map).readUInt32BE(at + 1);
    return type >= 1 && type <= 5 && parent <= pages ? { type, parent } : null;
  }

  function rootOf(number: number): number | null {
    let at = number;
    for (let depth = 0; depth < 30; depth++) {
      const entry = mapEntry(at);
      if (entry?.type === mapped.root) return at;
      if (entry?.type !== mapped.tree) return null;
      if (entry.parent < 2) return entry.parent === 1 ? 1 : null;
      at = entry.parent;
    }
    return null;
  }

  /** The pages that SQLite lists as free, as far as its list can be followed. */
  function freed(): ReadonlySet<number> {
    const found = new Set<number>();
    for (let trunk = page(1).readUInt32BE(32); trunk > 1 && trunk <= pages && !found.has(trunk); trunk = page(trunk).readUInt32BE(0)) {
      found.add(trunk);
      const leaves = Math.min(page(trunk).readUInt32BE(4), Math.floor(usable / 4) - 2);
      for (let i = 0; i < leaves; i++) found.add(page(trunk).readUInt32BE(8 + 4 * i));
    }
    return found;
  }

  /** A payload, put together from its page and what overflowed; null where the chain is broken. */
  function payload(bytes: Buffer, at: number, length: number, mostLocal: number): Buffer | null {
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const spread = least + ((length - least) % (usable - 4));
    const local = length <= mostLocal ? length : spread <= mostLocal ? spread : least;
    if (at + local > size || length > pages * size) return null;
    const whole = Buffer.alloc(length);
    bytes.copy(whole, 0, at, at + local);
    if (local === length) return whole;
    if (at + local + 4 > size) return null;
    let next = bytes.readUInt32BE(at + local);
    for (let done = local; done < length;) {
      if (next < 2 || next > pages) return null;
      const type = mapEntry(next)?.type;
      if (type !== undefined && type !== mapped.firstOverflow && type !== mapped.overflow) return null;
      const over = page(next);
      const taken = Math.min(usable - 4, length - done);
      over.copy(whole, done, 4, 4 + taken);
      done += taken;
      next = over.readUInt32BE(0);
    }
    return whole;
  }

  return {
    version: isHeaded ? page(1).readUInt32BE(60) : 0,
    pages,
    get unreadable() { return unreadable; },
    *rows(wanted) {
      const free = freed();
      unreadable = 0;
      for (let number = 1; number <= pages; number++) {
        const type = mapEntry(number)?.type;
        if (free.has(number) || (type !== undefined && type !== mapped.root && type !== mapped.tree)) continue;
        const bytes = page(number);
        const begin = number === 1 ? 100 : 0;
        const kind = bytes[begin] === leafTable ? "rowid" : bytes[begin] === leafKey ? "key" : null;
        if (kind === null) {
          // 2 and 5 lead to other pages; anything else is damage.
          if (bytes[begin] !== 2 && bytes[begin] !== 5) unreadable++;
          continue;
        }
        const cells = bytes.readUInt16BE(begin + 3);
        const mostLocal = kind === "rowid" ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
        const root = number === 1 ? 1 : rootOf(number);
        if (wanted !== undefined && root !== wanted) continue;
        let isWhole = begin + 8 + 2 * cells <= size;
        for (let i = 0; isWhole && i < cells; i++) {
          const row = rowAt(bytes, bytes.readUInt16BE(begin + 8 + 2 * i), kind, mostLocal);
          if (row === null) isWhole = false;
          else yield { kind, root, page: number, ...row };
        }
        if (!isWhole) unreadable++;
      }
    },
    [Symbol.dispose]() { closeSync(handle); },
  };

  function rowAt(bytes: Buffer, cell: number, kind: "rowid" | "key", mostLocal: number): { rowid: number; values: readonly Value[] } | null {
    try {
      const [length, behind] = varint(bytes, cell);
      const [rowid, at] = kind === "rowid" ? varint(bytes, behind) : [0, behind];
      const record = payload(bytes, at, length, mostLocal);
      const values = record === null ? null : valuesOf(record);
      return values === null ? null : { rowid, values };
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }
}

/** A record: the size of its header, a type for each column, then the values. */
function valuesOf(record: Buffer): readonly Value[] | null {
  const [headerEnd, first] = varint(record, 0);
  if (headerEnd > record.length) return null;
  const values: Value[] = [];
  let value = headerEnd;
  for (let at = first; at < headerEnd;) {
    const [type, next] = varint(record, at);
    at = next;
    const length = type >= 12 ? Math.floor((type - 12) / 2) : [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type] ?? -1;
    if (length < 0 || value + length > record.length) return null;
    values.push(valueAt(record, value, type, length));
    value += length;
  }
  return values;
}

function valueAt(record: Buffer, at: number, type: number, length: number): Value {
  if (type === 0) return null;
  if (type <= 4) return record.readIntBE(at, length);
  if (type === 5) return record.readIntBE(at, 6);
  if (type === 6) {
    const whole = record.readBigInt64BE(at);
    return whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole;
  }
  if (type === 7) return record.readDoubleBE(at);
  if (type === 8 || type === 9) return type - 8;
  return type % 2 === 0 ? Buffer.from(record.subarray(at, at + length)) : record.toString("utf8", at, at + length);
}

/** Up to nine bytes, seven bits each, the highest first; returns the number and where it ends. Throws RangeError beyond the bytes. */
function varint(bytes: Buffer, at: number): [number, number] {
  let value = 0n;
  for (let i = 0; i < 8; i++) {
    const byte = bytes.readUInt8(at + i);
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) return [Number(value), at + i + 1];
  }
  return [Number(BigInt.asIntN(64, (value << 8n) | BigInt(bytes.readUInt8(at + 8)))), at + 9];
}

/** The pages of a write-ahead log up to its last whole commit, each as it was written last; none where the log makes no sense. */
function logged(file: string, size: number): ReadonlyMap<number, Buffer> {
  let bytes: Buffer;
  try { bytes = readFileSync(file); } catch { return new Map(); }
  const committed = new Map<number, Buffer>();
  if (bytes.length < 32 || (bytes.readUInt32BE(0) & 0xfffffffe) !== 0x377f0682 || bytes.readUInt32BE(8) !== size) return committed;
  const read = (bytes.readUInt32BE(0) & 1) === 1 ? (at: number) => bytes.readUInt32BE(at) : (at: number) => bytes.readUInt32LE(at);
  let [a, b] = [0, 0];
  const sum = (from: number, to: number): void => {
    for (let at = from; at < to; at += 8) {
      a = (a + read(at) + b) >>> 0;
      b = (b + read(at + 4) + a) >>> 0;
    }
  };
  sum(0, 24);
  if (a !== bytes.readUInt32BE(24) || b !== bytes.readUInt32BE(28)) return committed;
  const open = new Map<number, Buffer>();
  for (let at = 32; at + 24 + size <= bytes.length; at += 24 + size) {
    if (bytes.readUInt32BE(at + 8) !== bytes.readUInt32BE(16) || bytes.readUInt32BE(at + 12) !== bytes.readUInt32BE(20)) break;
    sum(at, at + 8);
    sum(at + 24, at + 24 + size);
    if (a !== bytes.readUInt32BE(at + 16) || b !== bytes.readUInt32BE(at + 20)) break;
    open.set(bytes.readUInt32BE(at), bytes.subarray(at + 24, at + 24 + size));
    if (bytes.readUInt32BE(at + 4) === 0) continue;
    for (const [number, page] of open) committed.set(number, page);
    open.clear();
  }
  return committed;
}
