/** Zip files from anywhere: what we pack opens the same, and what is made to harm is refused by name. */

import { zipSync } from "fflate/browser";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openArchive, usualLimits, type ArchiveLimits } from "../../src-main/exchange/capsule/archive.ts";
import { Packer } from "../../src-main/exchange/capsule/pack.ts";
import { SpecError } from "../../src-main/contract/errors.ts";

const text = (what: string): Uint8Array => new TextEncoder().encode(what);
/** All that it holds, unpacked. */
const unpacked = (bytes: Uint8Array, name: string, limits?: ArchiveLimits): Map<string, Uint8Array> => {
  const { sizes, read } = openArchive(bytes, name, limits);
  return new Map([...sizes.keys()].map((path) => [path, read(path)]));
};
function packArchive(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Uint8Array {
  const packer = new Packer();
  for (const [i, { path, bytes }] of files.entries()) {
    const push = packer.file(path, i % 2 === 1);
    push(bytes.subarray(0, 5), false);
    push(bytes.subarray(5), true);
  }
  packer.end();
  return packer.take();
}
const good = (): Uint8Array => packArchive([{ path: "manifest.json", bytes: text("{}") }, { path: "runs/r-1.json", bytes: text("x".repeat(1000)) }]);

it("gives back what was packed, and the same bytes every time", () => {
  fc.assert(fc.property(fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,8}){0,2}\.x$/), fc.uint8Array({ maxLength: 300 })), (files) => {
    const list = Object.entries(files).map(([path, bytes]) => ({ path, bytes }));
    const packed = packArchive(list);
    expect(unpacked(packed, "a.zip")).toEqual(new Map(list.map(({ path, bytes }) => [path, bytes])));
    expect(packArchive(list)).toEqual(packed);
  }), { numRuns: 100 });
});

it("opens what another packer wrote, folders of their own left out", () => {
  const packed = zipSync({ "a/": new Uint8Array(0), "a/b.txt": text("hello"), "c.bin": [text("y"), { level: 0 }] });
  expect([...unpacked(packed, "a.zip")].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])).toEqual([["a/b.txt", "hello"], ["c.bin", "y"]]);
});

/** Where the marks of the parts stand. */
const marks = (bytes: Uint8Array, mark: number): number[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.max(0, bytes.length - 3) }, (_, i) => i).filter((i) => view.getUint32(i, true) === mark);
};
const changed = (change: (bytes: Uint8Array, view: DataView, at: { headers: number[]; entries: number[]; end: number }) => void): Uint8Array => {
  const bytes = Uint8Array.from(good());
  change(bytes, new DataView(bytes.buffer), { headers: marks(bytes, 0x04034b50), entries: marks(bytes, 0x02014b50), end: marks(bytes, 0x06054b50)[0]! });
  return bytes;
};
const named = (...names: readonly string[]): Uint8Array => zipSync(Object.fromEntries(names.map((name) => [name, text("x")])));
/** Renames the second file in both places; the new name is as long as the old. */
const renamed = (to: string, where: "both" | "directory" = "both"): Uint8Array => changed((bytes, _, { headers, entries }) => {
  bytes.set(text(to), entries[1]! + 46);
  if (where === "both") bytes.set(text(to), headers[1]! + 30);
});

describe("is refused", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["a path that climbs out", named("../evil.sh"), /whose path leads elsewhere, "\.\.\/evil\.sh"/],
    ["one that climbs out further in", named("runs/../../evil.sh"), /whose path leads elsewhere/],
    ["one with a dot", named("./a"), /whose path leads elsewhere/],
    ["one with an empty part", named("a//b"), /whose path leads elsewhere/],
    ["an absolute path", named("/etc/passwd"), /with an absolute path/],
    ["a drive", named("C:/windows/x"), /with an absolute path/],
    ["a drive's own folder", named("c:x"), /with an absolute path/],
    ["a backslash", named("..\\evil.bat"), /with a forbidden sign/],
    ["a share", named("\\\\host\\share\\x"), /with a forbidden sign/],
    ["a null byte", named("a\u0000.txt"), /with a forbidden sign/],
    ["a line break in a name", named("a\nb"), /with a forbidden sign/],
    ["two files of one name", renamed("manifest.json"), /holds two files called "manifest\.json"/],
    ["names that differ in case", named("Manifest.json", "manifest.json"), /holds two files called/],
    ["names that differ in composition", named("caf\u00e9", "cafe\u0301"), /holds two files called/],
    ["a link", changed((_, view, { entries }) => { view.setUint32(entries[0]! + 38, (0o120777 << 16) >>> 0, true); }), /holds a link, "manifest\.json"/],
    ["an encrypted file", changed((_, view, { entries }) => { view.setUint16(entries[0]! + 8, 1, true); }), /holds an encrypted file/],
    ["a way of packing that is not read", changed((_, view, { entries }) => { view.setUint16(entries[0]! + 10, 14, true); }), /packed in a way that is not read, .* \(method 14\)/],
    ["another name beside the bytes", renamed("runs/r-2.json", "directory"), /calls one file "runs\/r-2\.json" in its directory and "runs\/r-1\.json" beside its bytes/],
    ["a name that is not UTF-8", changed((bytes, _, { entries }) => { bytes[entries[0]! + 46] = 0xff; }), /whose name is not UTF-8/],
    ["a wrong checksum", changed((_, view, { entries }) => { view.setUint32(entries[1]! + 16, 1, true); }), /whose checksum is another/],
    ["changed bytes", changed((bytes, _, { headers }) => { bytes[headers[0]! + 30 + 13] = 0x20; }), /cannot be unpacked|whose checksum is another|bytes than it says/],
    ["more bytes than it says", changed((_, view, { entries }) => { view.setUint32(entries[1]! + 24, 999, true); }), /with more bytes than it says/],
    ["fewer bytes than it says", changed((_, view, { entries }) => { view.setUint32(entries[1]! + 24, 1001, true); }), /with fewer bytes than it says/],
    ["files that lie over each other", changed((bytes, view, { headers, entries }) => { view.setUint32(entries[1]! + 42, headers[0]!, true); bytes.set(text("manifest.json"), entries[1]! + 46); }), /lie over each other|two files/],
    ["a header that is not there", changed((_, view, { entries }) => { view.setUint32(entries[1]! + 42, 5, true); }), /does not hold "runs\/r-1\.json" where its directory says/],
    ["a header beyond the end", changed((_, view, { entries }) => { view.setUint32(entries[1]! + 42, 0x7fffffff, true); }), /does not hold/],
    ["packed bytes beyond the end", changed((_, view, { entries }) => { view.setUint32(entries[1]! + 20, 0x7fffffff, true); }), /breaks off within/],
    ["a bomb: more than may be unpacked", changed((_, view, { entries }) => { view.setUint32(entries[1]! + 24, 0xfffffff0, true); }), /would unpack to \d+ bytes; 2147483648 are the most/],
    ["a directory outside the file", changed((_, view, { end }) => { view.setUint32(end + 16, 0x7fffffff, true); }), /directory that lies outside/],
    ["a directory that breaks off", changed((_, view, { end }) => { view.setUint16(end + 10, 9, true); view.setUint16(end + 8, 9, true); }), /breaks off after 2 of 9 files/],
    ["a zip64 file", changed((_, view, { end }) => { view.setUint16(end + 10, 0xffff, true); }), /is a zip64 file/],
    ["a part of several", changed((_, view, { end }) => { view.setUint16(end + 4, 1, true); }), /is one of several parts/],
    ["a file that is no zip", text("hello, world, and more than twenty-two bytes"), /is no zip file/],
    ["an empty file", new Uint8Array(0), /is no zip file/],
    ["a file cut short", good().subarray(0, 150), /is no zip file/],
  ])("%s", (_, bytes, message) => {
    let told: unknown = null;
    try { unpacked(bytes, "evil.descent.zip"); } catch (error) { told = error; }
    expect(told).toBeInstanceOf(SpecError);
    expect((told as SpecError).message).toMatch(message);
    expect((told as SpecError).problems[0]!.at!.file).toBe("evil.descent.zip");
  });

  it("too many files", () => {
    expect(() => unpacked(named("a", "b", "c"), "x", { ...usualLimits, files: 2 })).toThrow("holds 3 files; 2 are the most");
  });

  it("every byte changed gives the same files or a SpecError, never another error or other contents", () => {
    const bytes = good(), whole = new Map([...unpacked(bytes, "x")]);
    for (let i = 0; i < bytes.length; i++) {
      const other = Uint8Array.from(bytes);
      other[i]! ^= 0x41;
      try {
        for (const [path, found] of unpacked(other, "x")) expect(found).toEqual(whole.get(path));
      } catch (error) { expect(error).toBeInstanceOf(SpecError); }
    }
  });
});
