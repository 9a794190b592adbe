/** Capsules that are refused: for each reason in the Chinese words, the problems that the reader finds in an empty capsule that was changed. */

import { createHash } from "node:crypto";
import { zipSync } from "fflate";
import { describeCatalog } from "../../../src-engine/index.ts";
import type { CapsuleWhy, Problem } from "../../../src-main/contract/checks.ts";
import { openArchive, usualLimits, type ArchiveLimits } from "../../../src-main/exchange/capsule/archive.ts";
import { readCurves } from "../../../src-main/exchange/capsule/curves.ts";
import { readManifest } from "../../../src-main/exchange/capsule/manifest.ts";
import { checkTogether, tableNames, type CapsuleRows } from "../../../src-main/exchange/capsule/rows.ts";
import { readCapsule } from "../../../src-main/transfer/capsule-in.ts";
import { refusedBy } from "./refused-data.ts";

type Refused = () => readonly Problem[];
type Files = Record<string, Uint8Array>;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const opened = (bytes: Uint8Array, limits: Partial<ArchiveLimits> = {}, path = "a.txt"): Refused => () => refusedBy(() => openArchive(bytes, "x.descent.zip", { ...usualLimits, ...limits }).read(path));
const named = (name: string): Refused => opened(zipSync({ [name]: utf8("x") }));

/** An archive of two files with a number of one of its records overwritten: of its end, its first file's entry in the directory, or that file's own header. */
function patched(record: "end" | "entry" | "header", at: number, value: number, size: 1 | 2 | 4 = 2): Refused {
  const bytes = Buffer.from(zipSync({ "a.txt": utf8("abcabcabcabcabcabc".repeat(20)), "b.txt": utf8("y") }));
  const end = bytes.length - 22;
  const from = record === "end" ? end : record === "entry" ? bytes.readUInt32LE(end + 16) : 0;
  bytes.writeUIntLE(value, from + at, size);
  return opened(bytes);
}
const doubled = (): readonly Problem[] => {
  const bytes = Buffer.from(zipSync({ "a.txt": utf8("x"), "b.txt": utf8("y") }));
  const entry = bytes.readUInt32LE(bytes.length - 6);
  bytes.writeUInt32LE(0, entry + 46 + 5 + 42);
  return opened(bytes)();
};

interface Told { format: unknown; version: unknown; engine: unknown; createdMs: number; holds: Record<string, number>; files: Record<string, { bytes: number; sha256: string }> }

/** An empty capsule; `change` before the manifest is made of it, `lie` after. */
function capsule(change: (files: Files) => void, lie: (told: Told, files: Files) => void = () => undefined): Refused {
  return () => {
    const files: Files = { "environment.json": utf8("{}"), ...Object.fromEntries(tableNames.map((table) => [`${table}.jsonl`, utf8("")])) };
    change(files);
    const told: Told = {
      format: "descent-capsule", version: 1, engine: "0.1.0", createdMs: 1, holds: { runs: 0, experiments: 0, sweeps: 0, reports: 0, dataSets: 0, checkpoints: 0, points: 0 },
      files: Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, { bytes: bytes.length, sha256: hashOf(bytes) }])),
    };
    lie(told, files);
    return refusedBy(() => readCapsule(zipSync({ ...files, "manifest.json": utf8(JSON.stringify(told)) }), "x.descent.zip", () => undefined));
  };
}
const lying = (lie: (told: Told, files: Files) => void): Refused => capsule(() => undefined, lie);
const having = (path: string, text: string): Refused => capsule((files) => { files[path] = utf8(text); });
const manifest = (text: string): Refused => () => refusedBy(() => readCapsule(zipSync({ "manifest.json": utf8(text) }), "x.descent.zip", () => undefined));

const of = "0".repeat(64);
const state = (size: number): string => JSON.stringify({ run: 1, step: 1, epoch: 1, measured_step: 1, training_ms: 1, metrics: {}, value: null, is_periodic: 0, is_fork: 0, is_final: 1, can_go_on: 1, size_bytes: size, hash: hashOf(utf8("w")), created_ms: 1 });
const weights = `checkpoints/${hashOf(utf8("w"))}.safetensors`;

const curves = (header: string, numbers: readonly number[] = [], saidLength = header.length): Refused => () => {
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(saidLength));
  return refusedBy(() => readCurves(Uint8Array.from(Buffer.concat([head, utf8(header), Buffer.from(Float64Array.from(numbers).buffer)])), "curves/r-1.safetensors"));
};
const curve = (told: object, numbers: readonly number[], name = "loss"): Refused => curves(JSON.stringify({ [name]: { dtype: "F64", shape: [2, 2], data_offsets: [0, 32], ...told } }), numbers);

const together = (rows: object): Refused => () => checkTogether({ ...Object.fromEntries(tableNames.map((table) => [table, []])), ...rows } as unknown as CapsuleRows, describeCatalog());
const run = { number: 1, uid: "a", experiment: 1, spec: null, origin: {}, sweep: null };
const experiment = [{ number: 1, uid: "e" }];

export const refusedCapsules: Readonly<Record<CapsuleWhy, Refused>> = {
  notZip: opened(utf8("hello")),
  zip64: patched("end", 10, 0xffff),
  severalParts: patched("end", 4, 1),
  directoryOutside: patched("end", 12, 0x00ffffff, 4),
  shortDirectory: () => { const bytes = Buffer.from(zipSync({ "a.txt": utf8("x") })); bytes.writeUInt16LE(2, bytes.length - 14); bytes.writeUInt16LE(2, bytes.length - 12); return opened(bytes)(); },
  nameNotUtf8: patched("entry", 46, 0xff, 1),
  link: opened(zipSync({ "a.txt": [utf8("/etc/passwd"), { os: 3, attrs: (0o120777 << 16) >>> 0 }] })),
  forbiddenSign: named("data/a\0.csv"),
  absolutePath: named("/tmp/evil.txt"),
  pathElsewhere: named("../evil.txt"),
  encrypted: patched("entry", 8, 1),
  otherPacking: patched("entry", 10, 99),
  manyFiles: opened(zipSync({ "a.txt": utf8("x"), "b.txt": utf8("y") }), { files: 1 }),
  manyBytes: opened(zipSync({ "a.txt": utf8("xyz") }), { bytes: 2 }),
  unpacksLarge: opened(zipSync({ "a.txt": new Uint8Array(17 * 2 ** 20) })),
  twinFiles: opened(zipSync({ "a.txt": utf8("x"), "A.txt": utf8("y") })),
  misplacedFile: patched("entry", 42, 4, 4),
  twoNames: patched("header", 30, 0x7a, 1),
  overlappingFiles: doubled,
  brokenFile: patched("entry", 20, 0x00ffffff, 4),
  notUnpackable: patched("header", 35, 0xffff),
  otherLength: patched("entry", 24, 500, 4),
  otherChecksum: patched("entry", 16, 1, 4),
  noManifest: () => refusedBy(() => readCapsule(zipSync({ "a.txt": utf8("x") }), "x.descent.zip", () => undefined)),
  largeManifest: () => refusedBy(() => readManifest({ sizes: new Map([["manifest.json", 2 ** 30]]), read: () => new Uint8Array(0) }, "x.descent.zip")),
  notJson: manifest("{"),
  otherManifest: manifest("{}"),
  laterCapsule: manifest('{ "format": "descent-capsule", "version": 2 }'),
  wrongField: lying((told) => { told.engine = 7; }),
  unknownFile: having("evil.sh", "x"),
  missingFile: lying((_, files) => { delete files["environment.json"]; }),
  unnamedFile: lying((_, files) => { files["evil.sh"] = utf8("x"); }),
  otherSize: lying((_, files) => { files["environment.json"] = utf8("{ }"); }),
  unlistedFile: capsule((files) => { delete files["environment.json"]; }),
  otherHash: lying((_, files) => { files["environment.json"] = utf8("[]"); }),
  wrongCheckpoint: having(`checkpoints/${of}.safetensors`, "other"),
  wrongData: having(`data/${of}.csv`, "other"),
  rowFileMissing: having("saved_state.jsonl", state(1)),
  rowFileSize: capsule((files) => { files["saved_state.jsonl"] = utf8(state(5)); files[weights] = utf8("w"); }),
  rowlessFile: having(weights, "w"),
  runlessCurves: having("curves/r-9.safetensors", "\u0002\0\0\0\0\0\0\0{}"),
  otherCount: lying((told) => { told.holds["runs"] = 5; }),
  fileNotUtf8: capsule((files) => { files["run.jsonl"] = Uint8Array.of(0xff, 0x0a); }),
  rowNotJson: having("run.jsonl", "{nonsense\n"),
  wrongColumn: having("experiment.jsonl", '{ "number": "one" }'),
  shortCurves: () => refusedBy(() => readCurves(utf8("x"), "curves/r-1.safetensors")),
  curvesHeader: curves("{}", [], 5000),
  curvesNotJson: curves("{"),
  curvesNoList: curves("7"),
  curveShape: curve({ shape: [3, 2] }, []),
  curveName: curve({}, [0, 1, 5, 5], "a\u0007"),
  curvePlace: curve({ data_offsets: [8, 40] }, []),
  brokenCurve: curve({}, [0]),
  curveSteps: curve({}, [5, 5, 1, 1]),
  longCurves: curve({}, [0, 1, 1, 1, 9]),
  twiceThere: together({ experiment, run: [run, run] }),
  noSuchOther: together({ run: [run] }),
  sweepWithoutSpec: together({ experiment, sweep: [{ number: 3, uid: "s", experiment: 1 }] }),
  runWithoutSpec: together({ experiment, run: [{ ...run, origin: null }] }),
  wrongSpec: together({ experiment, run: [{ ...run, spec: { version: 1, layers: [{ kind: "evil" }] } }] }),
};
