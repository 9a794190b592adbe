/** A data component to a dataset in shared memory, with what a person wants to know of it. Runs in a worker where it may take long. */

import { createHash } from "node:crypto";
import { datasetPieces, generate, readCsv, samples, splitRows, surveyCsv } from "../../src-engine/index.ts";
import type { Dataset } from "../../src-engine/index.ts";
import { StoreError } from "../../src-engine/spec/errors.ts";
import type { Component, DataSummary, Hash, SplitRows } from "../contract/nouns.ts";
import type { ReadData, Survey } from "./protocol.ts";

const firstRows = 12;

/** Throws SpecError where the bytes are no such table, StoreError (`damagedFile`) where a kept file is no longer what was kept. Wants the file's bytes for a sample or a CSV, `null` for what is made by formula. */
export function readData(data: Component, bytes: Uint8Array | null): ReadData {
  const dataset = bytes === null ? generate(data) : readFile(data, bytes);
  return { dataset: share(dataset), summary: summarize(dataset, hashOf(dataset)) };
}

export function survey(name: string, bytes: Uint8Array): Survey {
  return { hash: sha256(bytes), ...surveyCsv(bytes, name) };
}

/** How many rows each part of a split has. Throws SpecError where the data cannot be split so. */
export function countRows(split: Component, dataset: Dataset): SplitRows {
  const { train, validation, test } = splitRows(dataset, split);
  return { train: train.length, validation: validation.length, test: test.length };
}

/** SHA-256 of the dataset's content; no copy of its numbers is made. */
function hashOf(dataset: Dataset): Hash {
  const hash = createHash("sha256");
  for (const piece of datasetPieces(dataset)) hash.update(piece);
  return hash.digest("hex");
}

export const sha256 = (bytes: Uint8Array): Hash => createHash("sha256").update(bytes).digest("hex");

function readFile(data: Component, bytes: Uint8Array): Dataset {
  if (data.kind === "sample") {
    const { file, target, task, shape, classes } = samples[data["name"] as keyof typeof samples];
    return { ...readCsv(bytes, { name: file, target, task, image: shape.length === 3 ? shape : null, classes }), name: data["name"] as string };
  }
  const { file, hash, target, task, image } = data as unknown as { file: string; hash: Hash; target: string; task: "auto" | "classes" | "number"; image: readonly number[] | null };
  if (sha256(bytes) !== hash) throw new StoreError("damagedFile", `the kept copy of ${file} is no longer what was imported: it has another hash than its name`, { path: "data.hash" }, "Import the file again.");
  return readCsv(bytes, { name: file, target, task, image });
}

/** The same dataset with its numbers in memory that every thread can read. */
function share(dataset: Dataset): Dataset {
  const shared = (numbers: Float64Array): Float64Array => {
    const copy = new Float64Array(new SharedArrayBuffer(numbers.byteLength));
    copy.set(numbers);
    return copy;
  };
  return { ...dataset, x: shared(dataset.x), y: shared(dataset.y) };
}

function summarize(dataset: Dataset, hash: Hash): DataSummary {
  const { name, rows, shape, featureNames, targetName, task, classes, y } = dataset;
  return {
    name, hash, rows, shape, featureNames, targetName, task,
    classes: classes === null ? null : classes.map((one, label) => ({ name: one, rows: y.reduce((count, value) => (value === label ? count + 1 : count), 0) })),
    targetRange: task === "classes" ? null : rangeOf(y),
    firstRows: shownRows(dataset, Array.from({ length: rows }, (_, row) => row)),
  };
}

/** The first of these rows as they are shown: features as they were read, the target in words. */
export function shownRows({ featureNames, classes, x, y }: Dataset, rows: ArrayLike<number>): DataSummary["firstRows"] {
  const width = featureNames.length;
  return Array.from({ length: Math.min(rows.length, firstRows) }, (_, i) => rows[i]!).map((row) => ({ features: [...x.subarray(row * width, (row + 1) * width)], target: classes === null ? String(y[row]) : classes[y[row]!]! }));
}

/** Population standard deviation, in two passes. */
function rangeOf(y: Float64Array): { min: number; mean: number; deviation: number; max: number } {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const deviation = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length);
  return { min: y.reduce((a, b) => Math.min(a, b), Infinity), mean, deviation, max: y.reduce((a, b) => Math.max(a, b), -Infinity) };
}
