/** The capsule's table of contents: what it is, what is in it, and every file with its size and SHA-256. Pure. */

import * as v from "valibot";
import { problem, SpecError, type CapsuleWhy, type Details, type Problem } from "../../contract/errors.ts";
import type { Archive } from "./archive.ts";
import { tableNames, type TableName } from "./rows.ts";

export const manifestPath = "manifest.json";
export const reportPath = "report.html";
export const environmentPath = "environment.json";
export const rowsPath = (table: TableName): string => `${table}.jsonl`;
export const curvesPath = (runNumber: number): string => `curves/r-${runNumber}.safetensors`;
export const checkpointPath = (hash: string): string => `checkpoints/${hash}.safetensors`;
export const dataPath = (hash: string): string => `data/${hash}.csv`;

const known = new RegExp(`^(${environmentPath}|${reportPath}|(${tableNames.join("|")})\\.jsonl|curves/r-[1-9]\\d{0,14}\\.safetensors|checkpoints/[0-9a-f]{64}\\.safetensors|data/[0-9a-f]{64}\\.csv)$`);

/** The form of the file; a reader takes those up to its own. */
export const capsuleVersion = 1;
const mostManifest = 32 * 1024 * 1024;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const manifestSchema = v.strictObject({
  format: v.literal("descent-capsule"), version: v.literal(capsuleVersion),
  engine: v.pipe(v.string(), v.regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}(-[0-9a-z.-]{1,40})?$/i, "must be a version such as 0.1.0")),
  createdMs: v.pipe(v.number(), v.finite()),
  holds: v.strictObject({ runs: count, experiments: count, sweeps: count, reports: count, dataSets: count, checkpoints: count, points: count }),
  files: v.record(v.pipe(v.string(), v.maxLength(200)), v.strictObject({ bytes: count, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hex")) })),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;

/** The manifest of an archive, which then holds exactly the files it names, each of its size; their hashes are for the reader to take. Throws SpecError with every problem. */
export function readManifest(archive: Archive, name: string): Manifest {
  const refused = (path: string, reason: Details & { readonly why: CapsuleWhy }, message: string): Problem => ({ ...problem(path, "badData", message, { ...reason, file: path }), at: { file: name } });
  const size = archive.sizes.get(manifestPath);
  if (size === undefined) throw new SpecError([refused(name, { why: "noManifest", inner: manifestPath }, `is no capsule of Descent's: it has no ${manifestPath}`)]);
  if (size > mostManifest) throw new SpecError([refused(manifestPath, { why: "largeManifest", got: String(size), most: String(mostManifest) }, `has ${size} bytes; ${mostManifest} are the most`)]);
  let raw: unknown;
  try { raw = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(archive.read(manifestPath))); } catch (error) {
    if (error instanceof SpecError) throw error;
    throw new SpecError([refused(manifestPath, { why: "notJson" }, `is no JSON: ${(error as Error).message}`)]);
  }
  const { format, version } = (typeof raw === "object" && raw !== null ? raw : {}) as { readonly format?: unknown; readonly version?: unknown };
  if (format !== "descent-capsule") throw new SpecError([refused(manifestPath, { why: "otherManifest" }, "is not the manifest of a capsule of Descent's")]);
  if (typeof version === "number" && version > capsuleVersion) throw new SpecError([refused(manifestPath, { why: "laterCapsule", got: String(version), known: String(capsuleVersion) }, `has version ${version}, and this Descent knows ${capsuleVersion}. Update Descent to read it`)]);
  const found = v.safeParse(manifestSchema, raw);
  if (!found.success) throw new SpecError(found.issues.slice(0, 20).map((issue) => refused(`${manifestPath} ${v.getDotPath(issue) ?? ""}`.trim(), { why: "wrongField", got: issue.received.slice(0, 100) }, issue.message)));
  const manifest = found.output;
  const named = new Set(Object.keys(manifest.files));
  const problems = [
    ...[...named].filter((path) => !known.test(path)).map((path) => refused(JSON.stringify(path.slice(0, 100)), { why: "unknownFile" }, "is no file that a capsule has")),
    ...[...named].filter((path) => !archive.sizes.has(path)).map((path) => refused(JSON.stringify(path.slice(0, 100)), { why: "missingFile" }, "is named by the manifest and missing")),
    ...[...archive.sizes.keys()].filter((path) => path !== manifestPath && !named.has(path)).map((path) => refused(JSON.stringify(path.slice(0, 100)), { why: "unnamedFile" }, "is in the file and not named by the manifest")),
    ...Object.entries(manifest.files).filter(([path, { bytes }]) => archive.sizes.has(path) && archive.sizes.get(path) !== bytes).map(([path, { bytes }]) => refused(JSON.stringify(path.slice(0, 100)), { why: "otherSize", got: String(archive.sizes.get(path)), wanted: String(bytes) }, `has ${archive.sizes.get(path)} bytes; the manifest says ${bytes}`)),
    ...[environmentPath, ...tableNames.map(rowsPath)].filter((path) => !named.has(path)).map((path) => refused(path, { why: "unlistedFile" }, "is missing from the manifest")),
  ];
  if (problems.length > 0) throw new SpecError(problems.slice(0, 20));
  return manifest;
}
