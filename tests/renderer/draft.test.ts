/** The draft without a page: form and text are two views of one thing, nothing is lost, and every problem finds its place. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkRunSpec } from "../../src-engine/spec/run-spec.ts";
import { component, problem } from "../../src-engine/spec/param.ts";
import type { Param } from "../../src-engine/spec/param.ts";
import { readSpecText } from "../../src-main/contract/spec-text.ts";
import type { Inspection } from "../../src-main/contract/nouns.ts";
import { Draft } from "../../src-renderer/state/draft.svelte.ts";
import { printSpec } from "../../src-renderer/state/draft-print.ts";
import { countChanges, filled, isChanged, valueAt, wholeField, withKeyRenamed, withValueAt } from "../../src-renderer/state/draft-value.ts";
import { beta2, catalog } from "./draft-catalog.ts";

const base = {
  version: 1,
  data: { kind: "sample", name: "digits" },
  layers: [{ kind: "dense", units: 32 }, { kind: "relu" }, { kind: "dense", units: 10 }],
  optimizer: { kind: "adam", learningRate: 0.01, beta2: 0.99 },
  train: { epochs: 5 },
};

const silence: Inspection = { problems: [], spec: null, data: null, rows: null, layers: [], parameters: 0, stepsPerEpoch: 0, steps: 0, memoryBytes: 0, aboutMs: null };

/** A draft whose clock, timers and workbench the test holds in its hands. */
function bench(start: unknown = base, kept: string | null = null) {
  let now = 0;
  let timer: { run: () => void } | null = null;
  const asked: { spec: unknown; answer: (inspection: Inspection) => Promise<void>; fail: (error: Error) => Promise<void> }[] = [];
  const keptTexts: string[] = [];
  const settled = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
  const draft = new Draft<Inspection>(start, {
    catalog,
    inspect: (spec) => new Promise((resolve, reject) => {
      asked.push({ spec, answer: (inspection) => { resolve(inspection); return settled(); }, fail: (error) => { reject(error); return settled(); } });
    }),
    now: () => now,
    later: (run) => { const mine = { run }; timer = mine; return () => { if (timer === mine) timer = null; }; },
    keep: (text) => keptTexts.push(text),
  }, kept);
  return {
    draft, asked, keptTexts,
    wait: (ms: number) => { now += ms; },
    rest: () => { const due = timer; timer = null; due?.run(); },
    isResting: () => timer !== null,
  };
}

const arbitraryNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0));
const arbitraryKey = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 _.-]{0,11}$/);
const arbitraryJson = fc.letrec<{ json: unknown; record: Record<string, unknown> }>((tie) => ({
  json: fc.oneof({ maxDepth: 4 }, fc.string({ unit: "grapheme", maxLength: 12 }).filter((s) => s.isWellFormed()), arbitraryNumber, fc.boolean(), fc.constant(null), fc.array(tie("json"), { maxLength: 4 }), tie("record")),
  record: fc.dictionary(arbitraryKey, tie("json"), { maxKeys: 5, noNullPrototype: true }),
}));

describe("printing", () => {
  it("what is printed is read back as the same value", () => {
    fc.assert(fc.property(arbitraryJson.record, (value) => { expect(readSpecText(printSpec(value))).toMatchObject({ problems: [], value }); }));
  });

  it("writes a short component on one line, a list of components one a line, and a long component key by key", () => {
    const text = printSpec({ loss: { kind: "softmaxCrossEntropy" }, layers: [{ kind: "relu" }], optimizer: { kind: "adam", learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } });
    expect(text).toBe(`{
  "loss": { "kind": "softmaxCrossEntropy" },
  "layers": [
    { "kind": "relu" }
  ],
  "optimizer": {
    "kind": "adam",
    "learningRate": 0.001,
    "beta1": 0.9,
    "beta2": 0.999,
    "epsilon": 1e-8
  }
}
`);
  });
});

describe("one draft, two views", () => {
  const arbitraryEdit = fc.oneof(
    fc.record({ path: fc.constant("optimizer.learningRate"), next: fc.double({ min: 1e-6, max: 1, noNaN: true }) }),
    fc.record({ path: fc.constant("optimizer.beta2"), next: fc.double({ min: 0, max: 0.9999, noNaN: true }) }),
    fc.record({ path: fc.constant("layers.0.units"), next: fc.integer({ min: 1, max: 8192 }) }),
    fc.record({ path: fc.constant("layers.0.bias"), next: fc.boolean() }),
    fc.record({ path: fc.constant("layers.2.init"), next: fc.constantFrom({ kind: "he" }, { kind: "normal", deviation: 0.5 }) }),
    fc.record({ path: fc.constant("name"), next: fc.string({ maxLength: 20 }).filter((s) => s.isWellFormed()) }),
    fc.record({ path: fc.constant("train.batchSize"), next: fc.integer({ min: 1, max: 4096 }) }),
    fc.record({ path: fc.constant("regularizer.lambda"), next: fc.constant(undefined) }),
  );

  it("a value set in the form stands in the text, and the text typed anew gives the same form", () => {
    fc.assert(fc.property(fc.array(arbitraryEdit, { minLength: 1, maxLength: 8 }), (edits) => {
      const { draft } = bench();
      for (const { path, next } of edits) {
        draft.setAt(path, Object.is(next, -0) ? 0 : next);
        expect(draft.at(path)).toEqual(Object.is(next, -0) ? 0 : next);
      }
      const fresh = bench({}).draft;
      fresh.setText(draft.text);
      expect(fresh.value).toEqual(draft.value);
      expect(readSpecText(draft.text).value).toEqual(draft.value);
    }));
  });

  it("text that is typed becomes the form's value, in JSON or YAML", () => {
    const { draft } = bench();
    draft.setText('{ "optimizer": { "kind": "sgd" } }');
    expect(draft.at("optimizer.kind")).toBe("sgd");
    draft.setText("optimizer:\n  kind: adam\n  beta2: 0.5\n");
    expect(draft.at("optimizer.beta2")).toBe(0.5);
  });

  it("text that cannot be read leaves the last value to the form and names the line", () => {
    const { draft } = bench();
    const broken = draft.text.replace('"kind": "relu"', '"kind" "relu"');
    draft.setText(broken);
    expect(draft.isReadable).toBe(false);
    expect(draft.value).toEqual(base);
    expect(draft.text).toBe(broken);
    expect(draft.problems[0]).toMatchObject({ code: "badSyntax" });
    expect(draft.placeOf(draft.problems[0]!)!.line).toBe(6);
    draft.rewrite();
    expect(draft.isReadable).toBe(true);
    expect(draft.value).toEqual(base);
  });

  it("of text that breaks, the first break is told and not its consequences; keys written twice are told each", () => {
    const { draft } = bench();
    draft.setText(`x${draft.text}`);
    expect(draft.problems).toHaveLength(1);
    expect(draft.placeOf(draft.problems[0]!)!.line).toBe(1);
    draft.setText('{ "seed": 1, "seed": 2, "name": "a", "name": "b" }');
    expect(draft.problems.map(({ path }) => path)).toEqual(["seed", "name"]);
  });

  it("text that is a list and not an object leaves the last value to the form", () => {
    const { draft } = bench();
    draft.setText("[1, 2]");
    expect(draft.isReadable).toBe(false);
    expect(draft.value).toEqual(base);
    expect(draft.problems).toMatchObject([{ path: "", code: "notARecord" }]);
  });

  it("a draft kept from the last visit is taken up again and still compared with its base", () => {
    const first = bench();
    first.draft.setAt("layers.0.units", 48);
    const second = bench(base, first.keptTexts.at(-1)!);
    expect(second.draft.at("layers.0.units")).toBe(48);
    expect(second.draft.changes).toBe(1);
    second.draft.startOver();
    expect(second.draft.value).toEqual(base);
    expect(second.draft.changes).toBe(0);
  });
});

describe("undo", () => {
  it("joins typing in one place within a second, and parts it after a pause or elsewhere", () => {
    const { draft, wait } = bench();
    for (const units of [4, 48, 480]) { draft.setAt("layers.0.units", units); wait(200); }
    wait(2000);
    draft.setAt("layers.0.units", 481);
    draft.setAt("train.epochs", 6);
    draft.undo();
    expect([draft.at("layers.0.units"), draft.at("train.epochs")]).toEqual([481, 5]);
    draft.undo();
    expect(draft.at("layers.0.units")).toBe(480);
    draft.undo();
    expect(draft.value).toEqual(base);
    expect(draft.canUndo).toBe(false);
    draft.redo();
    draft.redo();
    draft.redo();
    expect([draft.at("layers.0.units"), draft.at("train.epochs")]).toEqual([481, 6]);
    expect(draft.canRedo).toBe(false);
  });

  it("an edit after undo forgets what was undone", () => {
    const { draft } = bench();
    draft.setAt("train.epochs", 7);
    draft.undo();
    draft.setAt("train.epochs", 9);
    expect(draft.canRedo).toBe(false);
    draft.undo();
    expect(draft.at("train.epochs")).toBe(5);
  });

  it("goes back through text that could not be read, character by character the same", () => {
    const { draft, wait } = bench();
    const good = draft.text;
    draft.setText(`${good}}`);
    wait(5000);
    draft.setAt("train.epochs", 6);
    draft.undo();
    expect(draft.text).toBe(`${good}}`);
    draft.undo();
    expect(draft.text).toBe(good);
  });
});

describe("problems", () => {
  it("stand at the field's path and at its line in the text", () => {
    const { draft } = bench({ ...base, earlyStop: { patience: 8 } });
    draft.setAt("optimizer.beta2", 1);
    expect(draft.problemsAt("optimizer.beta2")).toMatchObject([{ code: "outOfInterval", details: { got: "1", interval: "[0, 1)" } }]);
    expect(draft.problemsUnder("optimizer")).toHaveLength(1);
    expect(draft.problemsUnder("optim")).toHaveLength(0);
    const lineOf = (path: string) => draft.text.split("\n")[draft.placeOf(draft.problemsAt(path)[0]!)!.line - 1];
    expect(lineOf("optimizer.beta2")).toContain('"beta2": 1');
    expect(lineOf("earlyStop")).toContain('"earlyStop"');
  });

  it("are mended by their cure: a value, a kind, a name", () => {
    const { draft } = bench({ ...base, optimizer: { kind: "adm", beta2: 1 }, scalin: { kind: "none" } });
    draft.cure(draft.problemsAt("scalin")[0]!);
    expect(Object.keys(draft.value)).toContain("scaling");
    draft.cure(draft.problemsAt("optimizer.kind")[0]!);
    draft.cure(draft.problemsAt("optimizer.beta2")[0]!);
    expect(draft.at("optimizer")).toEqual({ kind: "adam", beta2: 0.999 });
    expect(draft.problems).toEqual([]);
  });

  it("asks the workbench once after a rest, and drops an answer that comes too late", async () => {
    const { draft, asked, rest } = bench();
    rest();
    draft.setAt("train.epochs", 6);
    draft.setAt("train.epochs", 7);
    rest();
    expect(asked.map(({ spec }) => valueAt(spec, "train.epochs"))).toEqual([5, 7]);
    await asked[0]!.answer({ ...silence, parameters: 111 });
    expect(draft.inspection).toBeNull();
    await asked[1]!.answer({ ...silence, parameters: 222 });
    expect(draft.inspection?.parameters).toBe(222);
    expect(draft.isChecking).toBe(false);
  });

  it("keeps what only the workbench sees until its next answer, and drops at once what the check here sees mended", async () => {
    const { draft, asked, rest } = bench();
    draft.setAt("optimizer.beta2", 1);
    rest();
    const mismatch = problem("layers.2.units", "mismatch", "must be 10", {}, 10);
    await asked[0]!.answer({ ...silence, problems: [...checkRunSpec(draft.value, catalog).problems, mismatch] });
    expect(draft.problems.map(({ path }) => path)).toEqual(["optimizer.beta2", "layers.2.units"]);
    draft.setAt("optimizer.beta2", 0.9);
    expect(draft.problems.map(({ path }) => path)).toEqual(["layers.2.units"]);
    rest();
    await asked[1]!.answer(silence);
    expect(draft.problems).toEqual([]);
  });

  it("of a refused start land at their fields", () => {
    const { draft } = bench();
    draft.refuse([problem("data", "badData", "has gone", {})]);
    expect(draft.problemsAt("data")).toHaveLength(1);
  });

  it("says why there is no answer, and asks nothing while the text cannot be read", async () => {
    const { draft, asked, rest, isResting } = bench();
    rest();
    await asked[0]!.fail(new Error("the connection is gone"));
    expect(draft.inspectionFailure?.message).toBe("the connection is gone");
    draft.setText("{");
    expect(isResting()).toBe(false);
  });

  it("asks nothing more once the page is left", async () => {
    const { draft, asked, rest } = bench();
    rest();
    draft.setAt("train.epochs", 6);
    draft.close();
    rest();
    await asked[0]!.answer({ ...silence, parameters: 5 });
    expect(asked).toHaveLength(1);
    expect(draft.inspection).toBeNull();
  });
});

describe("values by path", () => {
  it("makes absent parents from their defaults and puts new keys in declared order", () => {
    expect(withValueAt({ version: 1, train: { batchSize: 8 } }, "optimizer.learningRate", 0.5, catalog)).toEqual({ version: 1, optimizer: { kind: "adam", learningRate: 0.5 }, train: { batchSize: 8 } });
    expect(Object.keys(withValueAt({ version: 1, train: { batchSize: 8 } }, "optimizer.learningRate", 0.5, catalog) as object)).toEqual(["version", "optimizer", "train"]);
    expect(Object.keys(withValueAt({ layers: [{ kind: "dense", init: { kind: "he" } }] }, "layers.0.units", 5, catalog) as { layers: object[] })).toEqual(["layers"]);
    expect(Object.keys((withValueAt({ layers: [{ kind: "dense", init: { kind: "he" } }] }, "layers.0.units", 5, catalog) as { layers: object[] }).layers[0]!)).toEqual(["kind", "units", "init"]);
  });

  it("removes a key, or an entry of a list, when there is nothing to put", () => {
    expect(withValueAt(base, "layers.1", undefined, catalog)).toMatchObject({ layers: [{ units: 32 }, { units: 10 }] });
    expect(withValueAt(base, "train.epochs", undefined, catalog)).toMatchObject({ train: {} });
  });

  it("renames a key where it stands", () => {
    expect(Object.keys(withKeyRenamed({ a: 1, scalin: 2, z: 3 }, "scalin", "scaling", catalog) as object)).toEqual(["a", "scaling", "z"]);
  });

  it("sees a change from the default, not the spelling of it", () => {
    const isNew = (param: Param, value: unknown) => isChanged(param, value, catalog);
    expect([0.999, undefined, 0.9, "0.999"].map((value) => isNew(beta2, value))).toEqual([false, false, true, true]);
    expect(isNew(component({ family: "initializer", default: { kind: "normal" }, help: "" }), { kind: "normal", deviation: 0.01 })).toBe(false);
    expect(isNew(wholeField("optimizer"), { kind: "adam", beta2: 0.999, learningRate: 0.001 })).toBe(false);
  });

  it("counts an inserted layer as one change, and a written default as none", () => {
    const count = (value: unknown) => countChanges(filled(base, catalog), filled(value, catalog));
    expect(count(base)).toBe(0);
    expect(count({ ...base, layers: [base.layers[0], { kind: "dropout" }, ...base.layers.slice(1)] })).toBe(1);
    expect(count({ ...base, scaling: { kind: "standard" }, seed: 1 })).toBe(0);
    expect(count({ ...base, optimizer: { kind: "sgd" }, train: { epochs: 6, batchSize: 64 } })).toBe(3);
    expect(count({ ...base, optimizer: { ...base.optimizer, beta2: 1 } })).toBe(1);
  });
});
