/** Texts that are no spec, queries, reports and requests that are refused: for each reason in the Chinese words, the problems that the checks find. */

import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inputs } from "../../../src-main/contract/inputs.ts";
import { nativeDialogs } from "../../../src-main/electron/dialogs.ts";
import { fakeElectron } from "../../support/fake-electron.ts";
import { readSpecText } from "../../../src-main/contract/spec-text.ts";
import { queryFrom } from "../../../src-main/contract/query.ts";
import { replayIn } from "../../../src-main/contract/reports.ts";
import { trainedAgain } from "../../../src-main/contract/report-replay.ts";
import type { SavedNetwork } from "../../../src-main/workers/protocol.ts";
import { checkSweepSpec, compile, describeCatalog, loadCheckpoint, saveCheckpoint } from "../../../src-engine/index.ts";
import type { Dataset } from "../../../src-engine/index.ts";
import { SpecError } from "../../../src-engine/spec/errors.ts";
import type { Problem, RequestWhy, TextWhy } from "../../../src-main/contract/checks.ts";
import { problem } from "../../../src-engine/spec/param.ts";
import { writeModel } from "../../../src-main/exchange/formats.ts";
import type { Network } from "../../../src-main/exchange/network.ts";
import { predictRows } from "../../../src-main/workers/use-network.ts";
import { begun, dataset } from "../../support/exported-networks.ts";
import { refusedBy } from "./refused-data.ts";

const text = (written: string) => () => readSpecText(written).problems;

export const refusedTexts: Readonly<Record<TextWhy, () => readonly Problem[]>> = {
  largeText: text(`a: ${"x".repeat(1_100_000)}`),
  controlSign: text("a: \u0007"),
  directive: text("%YAML 1.1\n---\na: 1"),
  deepText: text(`${"[".repeat(70)}${"]".repeat(70)}`),
  longText: text("\n".repeat(20_001)),
  emptyText: text("# nothing"),
  alias: text("a: *b"),
  anchor: text("a: &b 1"),
  tag: text("a: !!int 1"),
  severalTags: text("!a !b c: 1"),
  oddKey: text("? [a]\n: 1"),
  forbiddenKey: text('{ "__proto__": 1 }'),
  twiceWritten: text("seed: 1\nseed: 2"),
  missingSign: text('{ "seed": 1'),
  unexpectedSign: text('{ "seed":: 1 }'),
  badIndent: text("layers: [1,\n2"),
  tabIndent: text("\tseed: 1"),
  brokenBrackets: text('{ "seed": 1 "name": 2 }'),
  badEscape: text('name: "\\q"'),
  reservedSign: text("name: @x"),
  nestedInLine: text("data: kind: xor"),
  longKey: text(`${"x".repeat(1100)}: 1`),
  severalTexts: text("seed: 1\n---\nseed: 2"),
  badQuery: () => refusedBy(() => queryFrom("epoch = high")),
};

const report = (block: string) => () => refusedBy(() => replayIn(`<script type="application/json" id="descent-replay">${block}</script>`, "report.html"));
const told = (why: RequestWhy, details: Readonly<Record<string, string>> = {}) => () => [problem("", "badData", "told by the service", { ...details, why })];

/** A network of one feature and 17 classes, whose checkpoint has a scaling or none. */
function predicted(rows: number, hasScaling: boolean): readonly Problem[] {
  const data: Dataset = { ...dataset([1], 17, 200), featureNames: ["a"] };
  const { spec, plan, checkpoint } = begun({ layers: [{ kind: "dense", units: 17 }], split: { kind: "random", validation: 0, test: 0 } }, data);
  const facts = { shape: [1], featureNames: ["a"], targetName: "y", task: "classes", classes: data.classes } as unknown as SavedNetwork["facts"];
  return refusedBy(() => predictRows({ spec, facts, checkpoint: hasScaling ? checkpoint() : saveCheckpoint(plan) }, { kind: "rows", rows, x: new Float64Array(rows) }));
}

/** A checkpoint of dense layers of these units, handed to a network of two and three. */
const network = (units: readonly number[]) => compile({ input: [2], layers: units.length === 0 ? [{ kind: "relu" }] : units.map((n) => ({ kind: "dense", units: n })), loss: { kind: "mse" }, optimizer: { kind: "sgd" } }, { batchSize: 2, seed: 1 });
const saved = (units: readonly number[]): Uint8Array => saveCheckpoint(network(units));
const loaded = (bytes: () => Uint8Array) => () => refusedBy(() => { loadCheckpoint(network([2, 3]), bytes()); });

/** What the window says of a chosen path that it may not read. */
async function chosen(make: (path: string) => void): Promise<readonly Problem[]> {
  const folder = mkdtempSync(join(tmpdir(), "descent-words-")), fake = fakeElectron(), path = join(folder, "a.csv");
  make(path);
  fake.seen.choose = path;
  try { await nativeDialogs(fake.electron.dialog, () => null).chooseFile(); } catch (error) { if (error instanceof SpecError) return error.problems; throw error; } finally { rmSync(folder, { recursive: true }); }
  return [];
}
const asked = (call: "importFile" | "run", input: object): unknown => (inputs()[call] as (raw: unknown) => unknown)(input);

async function replayedOnOtherData(): Promise<readonly Problem[]> {
  const workbench = { inspectSpec: async () => ({ data: { hash: "sha256:2" }, problems: [] }) } as unknown as Parameters<typeof trainedAgain>[1];
  const run = { id: "r-1", isWhole: true, dataHash: "sha256:1", weightHash: "sha256:3" } as unknown as Parameters<typeof trainedAgain>[0];
  try { await trainedAgain(run, workbench, () => undefined); } catch (error) { if (error instanceof SpecError) return error.problems; throw error; }
  return [];
}

export const refusedRequests: Readonly<Record<RequestWhy, () => readonly Problem[] | Promise<readonly Problem[]>>> = {
  noReplay: () => refusedBy(() => replayIn("<p>", "page.html")),
  replayNotJson: report("{"),
  otherReplay: report("{}"),
  laterReplay: report('{ "format": "descent-replay", "version": 2, "runs": [] }'),
  brokenReplay: report('{ "format": "descent-replay", "version": 1, "runs": [{}] }'),
  largeCode: () => refusedBy(() => writeModel({ tensors: [{ values: { byteLength: 2 ** 40 } }] } as unknown as Network, "numpy")),
  largePrediction: () => predicted(1_000_000, true),
  noScaling: () => predicted(1, false),
  otherData: replayedOnOtherData,
  brokenCheckpoint: loaded(() => new Uint8Array(3)),
  missingSlice: loaded(() => saved([])),
  otherSlice: loaded(() => saved([4, 3])),
  misplacedSlice: loaded(() => saved([2, 3]).slice(0, -8)),
  extraSlice: loaded(() => saved([2, 3, 3])),
  notAFile: () => chosen((path) => { mkdirSync(path); }),
  largeFile: () => chosen((path) => { writeFileSync(path, ""); truncateSync(path, 2 ** 27); }),
  longInput: () => refusedBy(() => asked("importFile", { name: "x".repeat(100_000), bytes: new Uint8Array(1) })),
  badInput: () => refusedBy(() => asked("run", { runId: "no id" })),
  baseIsPath: () => checkSweepSpec({ base: "runs/digits.yaml", axes: { "optimizer.learningRate": {} }, objective: { metric: "validation/loss" } }, describeCatalog()).problems,
  // What only a project with runs finds; the tests of src-main have these refused.
  seedsPast: told("seedsPast", { got: "3", seed: "4294967295", most: "4294967295" }),
  epochsPast: told("epochsPast", { got: "3", done: "9999", most: "10000" }),
};
