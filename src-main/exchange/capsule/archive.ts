/**
 * A zip file from anywhere, opened without trusting it: everything is looked at before anything is unpacked, names never become paths of the disk, and no file may be
 * larger than it says. PKWARE's APPNOTE 6.3.10, without encryption, several disks and zip64.
 */

import crc32 from "crc-32";
// Its build for Node brings worker threads and a second `require`, which a bundle of ours has already.
import { inflateSync } from "fflate/browser";
import { problem, SpecError } from "../../contract/errors.ts";
import type { CapsuleWhy, Details, Problem } from "../../contract/errors.ts";

/** What an archive may hold at most: files, bytes of all of them, and, beyond 16 MB, how many times as many bytes as it has itself. */
export interface ArchiveLimits { readonly files: number; readonly bytes: number; readonly ratio: number }
export const usualLimits: ArchiveLimits = { files: 60_000, bytes: 2 ** 31, ratio: 200 };
const smallBytes = 16 * 1024 * 1024;

/** An archive whose directory has been looked at. */
export interface Archive {
  /** The paths of its files and how many bytes each has. */
  readonly sizes: ReadonlyMap<string, number>;
  /** A file's bytes, its size and checksum compared. Throws SpecError; there must be a file of that path. */
  read(path: string): Uint8Array;
}

interface Entry { readonly path: string; readonly method: number; readonly crc: number; readonly packed: number; readonly size: number; readonly header: number }

/** Throws SpecError with every problem of the directory at once. Nothing is unpacked but what is read, and never to disk. */
export function openArchive(bytes: Uint8Array, name: string, limits: ArchiveLimits = usualLimits): Archive {
  const entries = directory(bytes, name);
  const wrong = [...checkTotals(entries, bytes.length, name, limits), ...checkPlaces(entries, bytes, name)];
  if (wrong.length > 0) throw new SpecError(wrong.slice(0, 20));
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return { sizes: new Map(entries.map(({ path, size }) => [path, size])), read: (path) => contents(byPath.get(path)!, bytes, name) };
}

type Reason = Details & { readonly why: CapsuleWhy };

const refused = (name: string, reason: Reason, message: string, byte?: number): Problem => ({ ...problem(name, "badData", message, { ...reason, file: name }), at: { file: name, ...(byte === undefined ? {} : { byte }) } });

const endMark = 0x06054b50, entryMark = 0x02014b50, headerMark = 0x04034b50;
const endBytes = 22, entryBytes = 46, headerBytes = 30, longestComment = 65_535;

function directory(bytes: Uint8Array, name: string): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - endBytes;
  while (end >= 0 && end >= bytes.length - endBytes - longestComment && view.getUint32(end, true) !== endMark) end--;
  if (end < 0 || view.getUint32(end, true) !== endMark) throw new SpecError([refused(name, { why: "notZip" }, "is no zip file, or its end is missing; copy it again")]);
  const count = view.getUint16(end + 10, true), from = view.getUint32(end + 16, true), length = view.getUint32(end + 12, true);
  if (count === 0xffff || from === 0xffffffff) throw new SpecError([refused(name, { why: "zip64" }, "is a zip64 file, larger than a capsule may be")]);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) throw new SpecError([refused(name, { why: "severalParts" }, "is one of several parts")]);
  if (from + length > end) throw new SpecError([refused(name, { why: "directoryOutside" }, "has a directory that lies outside the file", end)]);

  const entries: Entry[] = [], wrong: Problem[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    if (at + entryBytes > from + length || view.getUint32(at, true) !== entryMark) throw new SpecError([refused(name, { why: "shortDirectory", done: String(i), count: String(count) }, `has a directory that breaks off after ${i} of ${count} files`, at)]);
    const [nameLength, extra, comment] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    if (at + entryBytes + nameLength + extra + comment > from + length) throw new SpecError([refused(name, { why: "shortDirectory", done: String(i), count: String(count) }, `has a directory that breaks off after ${i} of ${count} files`, at)]);
    const path = decoded(bytes.subarray(at + entryBytes, at + entryBytes + nameLength));
    const entry = { path: path ?? "", method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true), header: view.getUint32(at + 42, true) };
    const reason = path === null ? { details: { why: "nameNotUtf8" }, message: "has a file whose name is not UTF-8" } as const : whyNot(path, view.getUint16(at + 8, true), entry.method, view.getUint32(at + 38, true) >>> 16);
    if (reason !== null) wrong.push(refused(name, reason.details, reason.message, at));
    // Folders that a packer wrote for themselves hold nothing.
    if (!(entry.path.endsWith("/") && entry.size === 0)) entries.push(entry);
    at += entryBytes + nameLength + extra + comment;
  }
  if (wrong.length > 0) throw new SpecError(wrong.slice(0, 20));
  return entries;
}

function decoded(bytes: Uint8Array): string | null {
  try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { return null; }
}

const symlinkMode = 0o120000, modeOfKind = 0o170000;

/** Why a file may not be in a capsule; null where it may. */
function whyNot(path: string, flags: number, method: number, mode: number): { readonly details: Reason; readonly message: string } | null {
  const shown = JSON.stringify(path.slice(0, 100));
  const because = (why: CapsuleWhy, message: string, more: Readonly<Record<string, string>> = {}) => ({ details: { why, inner: shown, ...more }, message });
  const parts = path.replace(/\/$/, "").split("/");
  if ((mode & modeOfKind) === symlinkMode) return because("link", `holds a link, ${shown}; a capsule holds files only`);
   
  if (/[\u0000-\u001f\\]/.test(path)) return because("forbiddenSign", `holds a file with a forbidden sign in its name, ${shown}`);
  if (path.startsWith("/") || /^[a-z]:/i.test(path)) return because("absolutePath", `holds a file with an absolute path, ${shown}`);
  if (parts.some((part) => part === "" || part === "." || part === "..")) return because("pathElsewhere", `holds a file whose path leads elsewhere, ${shown}`);
  if ((flags & 1) !== 0) return because("encrypted", `holds an encrypted file, ${shown}`);
  return method === 0 || method === 8 ? null : because("otherPacking", `holds a file packed in a way that is not read, ${shown} (method ${method}); pack it with deflate`, { method: String(method) });
}

function checkTotals(entries: readonly Entry[], packed: number, name: string, limits: ArchiveLimits): Problem[] {
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  const seen = new Set<string>();
  const doubled = entries.filter(({ path }) => {
    const key = path.normalize("NFC").toLowerCase();
    return seen.has(key) || (seen.add(key), false);
  });
  return [
    ...(entries.length > limits.files ? [refused(name, { why: "manyFiles", got: String(entries.length), most: String(limits.files) }, `holds ${entries.length} files; ${limits.files} are the most`)] : []),
    ...(bytes > limits.bytes ? [refused(name, { why: "manyBytes", got: String(bytes), most: String(limits.bytes) }, `would unpack to ${bytes} bytes; ${limits.bytes} are the most`)] : []),
    ...(bytes > smallBytes && bytes > limits.ratio * packed ? [refused(name, { why: "unpacksLarge", got: String(bytes), ratio: String(limits.ratio), packed: String(packed) }, `would unpack to ${bytes} bytes, more than ${limits.ratio} times its own ${packed}`)] : []),
    ...doubled.map(({ path }) => refused(name, { why: "twinFiles", inner: JSON.stringify(path.slice(0, 100)) }, `holds two files called ${JSON.stringify(path.slice(0, 100))}`)),
  ];
}

/** Every file's own header is where the directory says, bears the same name, and its bytes are nobody else's. */
function checkPlaces(entries: readonly Entry[], bytes: Uint8Array, name: string): Problem[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wrong: Problem[] = [];
  let end = 0;
  for (const { path, header, packed } of entries.toSorted((a, b) => a.header - b.header)) {
    const shown = JSON.stringify(path.slice(0, 100));
    if (header + headerBytes > bytes.length || view.getUint32(header, true) !== headerMark) { wrong.push(refused(name, { why: "misplacedFile", inner: shown }, `does not hold ${shown} where its directory says`, header)); continue; }
    const own = decoded(bytes.subarray(header + headerBytes, header + headerBytes + view.getUint16(header + 26, true)));
    if (own !== path) wrong.push(refused(name, { why: "twoNames", inner: shown, other: JSON.stringify((own ?? "").slice(0, 100)) }, `calls one file ${shown} in its directory and ${JSON.stringify((own ?? "").slice(0, 100))} beside its bytes`, header));
    if (header < end) wrong.push(refused(name, { why: "overlappingFiles", inner: shown }, `has files that lie over each other, ${shown} the later of them`, header));
    end = placeOf(bytes, header) + packed;
    if (end > bytes.length) wrong.push(refused(name, { why: "brokenFile", inner: shown }, `breaks off within ${shown}; copy it again`, header));
  }
  return wrong;
}

const placeOf = (bytes: Uint8Array, header: number): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return header + headerBytes + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
};

function contents({ path, method, crc, packed, size, header }: Entry, bytes: Uint8Array, name: string): Uint8Array {
  const from = placeOf(bytes, header), raw = bytes.subarray(from, from + packed);
  const shown = JSON.stringify(path.slice(0, 100));
  let found: Uint8Array;
  // One byte more than it says: whoever fills that is longer, and is never unpacked further.
  try { found = method === 0 ? raw : inflateSync(raw, { out: new Uint8Array(size + 1) }); } catch (error) {
    throw new SpecError([refused(name, { why: "notUnpackable", inner: shown }, `holds ${shown}, which cannot be unpacked: ${(error as Error).message}; copy the file again`, header)]);
  }
  if (found.length !== size) throw new SpecError([refused(name, { why: "otherLength", inner: shown }, `holds ${shown} with ${found.length > size ? "more" : "fewer"} bytes than it says`, header)]);
  if (crc32.buf(found, 0) >>> 0 !== crc) throw new SpecError([refused(name, { why: "otherChecksum", inner: shown }, `holds ${shown}, whose checksum is another; copy the file again`, header)]);
  return found;
}
