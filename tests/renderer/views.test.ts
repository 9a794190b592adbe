import { describe, expect, it } from "vitest";
import { epochMetrics, lossView, metricView } from "../../src-renderer/parts/charts/run-views.ts";
import { componentLine, headline, reasonOf } from "../../src-renderer/parts/run-words.ts";
import { en } from "../../src-renderer/words/en.ts";
import { zh } from "../../src-renderer/words/zh.ts";
import type { Catalog } from "../../src-main/contract/checks.ts";
import { aRun, aSpec, columns } from "./support/runs.ts";

const series = new Map([
  ["batch/loss", columns([1, 2, 3, 4], [2.3, 2.1, 1.9, 1.7])],
  ["train/loss", columns([0, 4, 8], [2.4, 1.2, 0.6])],
  ["validation/loss", columns([0, 4, 8], [2.5, 1.4, 0.9])],
  ["train/accuracy", columns([0, 4, 8], [0.1, 0.7, 0.9])],
  ["validation/accuracy", columns([0, 4, 8], [0.1, 0.6, 0.85])],
]);

describe("the loss of a run", () => {
  const view = lossView(aRun(), series, en);
  it("puts steps on an axis of epochs that ends where training is planned to end", () => {
    expect([...view.lines.find(({ id }) => id === "validation/loss")!.x]).toEqual([0, 1, 2]);
    expect(view.x).toMatchObject({ name: "epoch", min: 0, max: 10, scale: "linear", isWindow: false });
  });
  it("ends where a run that is over came to", () => { expect(lossView(aRun({ state: "stopped", step: 14 }), series, en).x.max).toBe(4); });
  it("has the batch loss fine behind, training solid, validation dashed in another colour", () => {
    expect(view.lines.map(({ id, weight, dash, colour }) => [id, weight, dash, colour])).toEqual([["batch/loss", "fine", "solid", 6], ["train/loss", "line", "solid", 1], ["validation/loss", "line", "dashed", 2]]);
  });
  it("is logarithmic in nats, linear as soon as a loss is zero", () => {
    expect([view.y.scale, view.caption]).toEqual(["log", "nats, log axis"]);
    const reached = new Map(series).set("train/loss", columns([0, 4], [1, 0]));
    expect(lossView(aRun(), reached, en).y.scale).toBe("linear");
  });
  it("stays logarithmic when a loss diverges", () => { expect(lossView(aRun(), new Map(series).set("train/loss", columns([0, 4], [1, NaN])), en).y.scale).toBe("log"); });
  it("lives while the run does", () => {
    expect(view.lines.map(({ isLive }) => isLive)).toEqual([false, true, true]);
    expect(lossView(aRun({ state: "finished" }), series, en).lines.some(({ isLive }) => isLive)).toBe(false);
  });
  it("says in a sentence where the lines end", () => {
    expect(view.summary).toBe("Loss: training ends at 0.600 at epoch 2, validation ends at 0.900 at epoch 2.");
    expect(lossView(aRun(), new Map(), en).summary).toBe("Loss: training has no points yet, validation has no points yet.");
  });
});

it("accuracy is a share between 0 and 1, shown as percent", () => {
  const view = metricView(aRun(), "accuracy", series, en);
  expect(view.y).toMatchObject({ scale: "linear", unit: "percent", min: 0, max: 1 });
  expect(view.title).toBe("Accuracy");
  expect(metricView(aRun(), "rmse", series, zh).caption).toBe("以目标的单位计");
});

it("a queued run has places for its declared metrics, a running one also for those found", () => {
  expect(epochMetrics(aRun(), new Map())).toEqual(["accuracy"]);
  expect(epochMetrics(aRun({ spec: { ...aSpec, metrics: [] }, metrics: { "train/loss": 1, "validation/rmse": 2, "test/accuracy": 1 } }), new Map())).toEqual(["rmse"]);
});

describe("what a run says of itself", () => {
  it("is validation accuracy beside its distance from training", () => {
    expect(headline(aRun({ metrics: { "train/accuracy": 0.996, "validation/accuracy": 0.977 } }), en)).toEqual({ value: "97.7", unit: "%", title: "Validation accuracy", sentence: "1.9 points below training" });
    expect(headline(aRun({ metrics: { "train/accuracy": 0.9, "validation/accuracy": 0.95 } }), zh)?.sentence).toBe("比训练高 5.0 个百分点");
  });
  it("is the error where a number is predicted, the loss where nothing else is known, nothing before the first measurement", () => {
    expect(headline(aRun({ metrics: { "validation/loss": 0.4, "train/loss": 0.3, "validation/rmse": 49.62 } }), en)).toEqual({ value: "49.6", unit: "", title: "Validation RMSE", sentence: "validation loss 0.400, training loss 0.300" });
    expect(headline(aRun({ metrics: { "train/loss": 0.3 } }), en)?.title).toBe("Training loss");
    expect(headline(aRun(), en)).toBeNull();
  });
  it("gives the reason whole in English, translated with the original as details in Chinese", () => {
    const run = aRun({ state: "failed", reason: { code: "diverged", message: "loss became NaN at step 412", hint: "Try clipping.", step: 412 } });
    expect(reasonOf(run, en, "en")).toEqual({ title: "Loss became NaN at step 412", hint: "Try clipping.", details: "" });
    expect(reasonOf(run, zh, "zh")).toEqual({ title: "第 412 步损失不再是有限的数", hint: "可减小学习率，或对特征做缩放。", details: "loss became NaN at step 412" });
    expect(reasonOf(aRun({ reason: { code: "new one", message: "x", hint: "", step: 0 } }), zh, "zh")?.title).toBe("这次运行失败了");
  });
  it("writes a component as its title and the parameters that have a symbol", () => {
    const real = { kind: "real", default: 0, scale: "linear", help: "" } as const;
    const catalog = { optimizer: [{ kind: "adam", title: "Adam", summary: "", math: "", source: "", params: { learningRate: { ...real, symbol: "α" }, quiet: real }, zh: { title: "Adam", summary: "", params: {} } }] } as unknown as Catalog;
    expect(componentLine(catalog, "optimizer", { kind: "adam", learningRate: 1e-4, quiet: 1 }, "en", en)).toBe("Adam, α\u00a01e\u20114");
    expect(componentLine(catalog, "optimizer", { kind: "unheard" }, "en", en)).toBe("unheard");
  });
});
