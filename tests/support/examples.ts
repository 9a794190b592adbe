/** The examples in the box, read from disk: specs as they are written, and the rows they ask for. */

import { readFileSync, readdirSync } from "node:fs";
import { readCsv } from "../../src-engine/data/csv.ts";
import type { Dataset } from "../../src-engine/data/dataset.ts";
import { samples } from "../../src-engine/data/files.ts";
import { generate } from "../../src-engine/data/generators.ts";
import type { Component } from "../../src-engine/spec/param.ts";

const folder = new URL("../../examples/", import.meta.url);

export const exampleNames = readdirSync(folder).filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -5));

export const readExample = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));

export function readSample(name: keyof typeof samples): Dataset {
  const { file, target, task, shape, classes } = samples[name];
  return readCsv(readFileSync(new URL(`data/${file}`, folder)), { name: file, target, task, classes, image: shape.length === 3 ? shape : null });
}

export const dataOf = (data: Component): Dataset => data.kind === "sample" ? readSample(data["name"] as keyof typeof samples) : generate(data);
