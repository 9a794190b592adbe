import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import type { Plan, Predictions } from "../../src-engine/index.ts";
import { writeModel } from "../../src-main/exchange/formats.ts";
import { exportedNetworks } from "../support/exported-networks.ts";

const folder = mkdtempSync(join(tmpdir(), "descent-typescript-"));
symlinkSync(resolve(import.meta.dirname, "..", "..", "src-engine"), join(folder, "src-engine"), "junction");
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

it.each(exportedNetworks().map((each) => [each.name, each] as const))("the TypeScript program answers as the engine does, bit for bit: %s", async (name, { network, rows, x, outputs, probabilities }) => {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, writeModel(network, "typescript"));
  const program = await import(/* @vite-ignore */ pathToFileURL(file).href) as { network(): (rows: readonly (readonly number[])[]) => Predictions; trained(): Plan; features: readonly string[] };
  const answer = program.network()(Array.from({ length: rows }, (_, row) => [...x.subarray((row * x.length) / rows, ((row + 1) * x.length) / rows)]));
  expect(answer.outputs).toEqual(outputs);
  expect(answer.probabilities).toEqual(probabilities);
  expect(program.features).toEqual(network.featureNames);
  expect(program.trained().epoch).toBe(3);
});
