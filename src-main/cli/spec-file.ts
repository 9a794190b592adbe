/** A spec file of the command line: its text, the CSV file it names, and where in it a problem lies. */

import { basename, dirname, resolve } from "node:path";
import { problem, SpecError, StoreError, type Problem } from "../contract/errors.ts";
import { readSpecText, type SpecText } from "../contract/spec-text.ts";
import type { Workbench } from "../contract/workbench.ts";
import type { World } from "./world.ts";

export interface SpecFile { readonly file: string; readonly text: SpecText }

/** Throws StoreError where the file cannot be read, SpecError where it is neither JSON nor YAML. */
export function readSpec(world: World, file: string): SpecFile {
  const text = readSpecText(new TextDecoder().decode(readOr(world, file)), file);
  if (text.problems.length > 0) throw new SpecError(text.problems);
  return { file, text };
}

/** The error as it is; the problems of a SpecError with their lines in the spec. */
export const placed = (error: unknown, spec: SpecFile): unknown => (error instanceof SpecError ? new SpecError(error.problems.map((one) => placedProblem(one, spec)), error.hint) : error);

/**
 * The spec with its CSV file in the project: `data.file` is read from beside the spec and `data.hash` names its content.
 * Nothing is imported for a spec that has other problems; a file that is not there is one problem among them.
 */
export async function withFile(service: Workbench, { file: specFile, text: { value: spec } }: SpecFile, world: World): Promise<unknown> {
  if (!isRecord(spec) || !isRecord(spec["data"]) || spec["data"]["kind"] !== "csv") return spec;
  const data = spec["data"];
  const { file, hash } = data;
  if (typeof file !== "string" || file.trim() === "") return spec;
  const others = (await service.inspectSpec({ spec })).problems.filter(({ path, code }) => code !== "noSuchFile" && !(code === "missing" && path === "data.hash"));
  const bytes = bytesOf(world, resolve(dirname(specFile), file));
  // Without the file the project may still have what the hash names.
  if (bytes === null && typeof hash === "string" && hash !== "") return spec;
  const missing = bytes === null ? [problem("data.file", "noSuchFile", `must name a file beside the spec; there is none at ${resolve(dirname(specFile), file)}`, { got: file })] : [];
  if (bytes === null || others.length > 0) throw new SpecError([...others, ...missing]);
  const kept = await service.importFile({ name: basename(file), bytes }).catch((error: unknown) => { throw error instanceof SpecError ? new SpecError(error.problems.map(ofFile)) : error; });
  if (typeof hash === "string" && hash !== "" && hash !== kept.hash) throw new SpecError([problem("data.hash", "mismatch", `must be the hash of ${file}, which is ${kept.hash}; leave it out to take the file as it is`, { got: hash }, kept.hash)]);
  return { ...spec, data: { ...data, hash: kept.hash } };
}

/** What is wrong with a file, said where the spec names it. */
const ofFile = (one: Problem): Problem => (one.path.startsWith("data") ? one : { ...one, path: "data.file" });

/** A problem with its line in the spec, unless it already has one in a file of rows. */
function placedProblem(one: Problem, { text, file }: SpecFile): Problem {
  if (one.at?.line !== undefined) return one;
  const place = text.placeOf(one.path);
  return place === null ? one : { ...one, at: { ...one.at, path: one.path, file, line: place.line, column: place.column } };
}

/** The bytes of a file that a person named. Throws StoreError with the reason; `what` begins its sentence. */
export function readOr(world: World, file: string, what = "The spec", hint = "Name a JSON or YAML file, such as examples/digits.json."): Uint8Array {
  try { return world.readFile(resolve(file)); } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : code === "EACCES" ? "it may not be read by this account" : (error as Error).message;
    throw new StoreError(code === "ENOENT" ? "noSuchFile" : "unreadable", `${what} ${file} cannot be read: ${why}.`, { file }, hint);
  }
}

function bytesOf(world: World, path: string): Uint8Array | null {
  try { return world.readFile(path); } catch { return null; }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
