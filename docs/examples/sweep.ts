/** A sweep without an app around it: `next` says what to try, `judge` what to stop; the loop and the training are the caller's. */

import { checkSweepSpec, compile, describeCatalog, diagnose, fit, generate, importance, judge, makeSpace, next, prepare, ranking, rng, runsOfPoint, TrainingError } from "../../src-engine/index.ts";
import type { Measured, RunSpec, Trial } from "../../src-engine/index.ts";

const catalog = describeCatalog();
const { spec, problems } = checkSweepSpec({
  base: {
    data: { kind: "spirals", samples: 600, noise: 0.05 }, split: { kind: "stratified", validation: 0.3, test: 0 },
    layers: [{ kind: "dense", units: 16 }, { kind: "tanh" }, { kind: "dense", units: 3 }], metrics: [{ kind: "accuracy" }], train: { epochs: 9 },
  },
  axes: { "optimizer.learningRate": { role: "scientific" }, "optimizer.beta1": {}, "layers.0.repeat": { from: 1, to: 2, block: 2 }, "layers.0.units": { from: 8, to: 64 } },
  objective: { metric: "validation/accuracy" }, sampler: { kind: "tpe" }, pruner: { kind: "asha" }, trials: 30, batch: 3, seed: 1,
}, catalog);
if (spec === null) throw new Error(problems.map(({ path, message }) => `${path} ${message}`).join("\n"));

const dataset = generate(spec.base.data);
const { train, validation } = prepare(dataset, spec.base);
let history: readonly Trial[] = [];
const tell = (trial: Trial): void => { history = history.map((one) => one.number === trial.number ? trial : one); };

/** Trains one trial, telling after each epoch how it stands, until it is done or better stopped. */
function run(trial: Trial, { optimizer, layers, loss, metrics, schedule, seed, train: how }: RunSpec): void {
  const curve: Measured[] = [];
  try {
    const plan = compile({ input: dataset.shape, layers, loss, optimizer, schedule, metrics }, { batchSize: how.batchSize, seed });
    for (const event of fit(plan, train, { ...how, validation })) {
      if (event.kind !== "epoch" || event.epoch === 0) continue;
      curve.push({ epoch: event.epoch, values: [event.metrics["validation/accuracy"]!] });
      tell({ ...trial, curve: [...curve] });
      if (judge(history, trial.number, spec!) === "stop") { tell({ ...trial, curve, state: "pruned" }); return; }
    }
    tell({ ...trial, curve, state: "finished", values: curve.at(-1)!.values });
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    tell({ ...trial, curve, state: "failed" });
  }
}

for (;;) {
  const { start } = next(history, spec);
  if (start.length === 0) break;
  history = [...history, ...start];
  for (const trial of start) run(trial, runsOfPoint(spec, trial.point, catalog)[0]!.spec);
}

const count = (state: Trial["state"]): number => history.filter((trial) => trial.state === state).length;
console.log("finished", count("finished"), "pruned", count("pruned"), "failed", count("failed"));
const space = makeSpace(spec);
const judged = history.filter(({ curve }) => curve !== undefined && curve.length > 0).map(({ point, curve }) => ({ at: space.toCube(point), loss: -curve![0]!.values[0]! }));
importance(judged, space.cube, rng(spec.seed).stream("importance"), { method: "fanova" }).forEach(({ share, from, to }, i) => { console.log(space.names[i], share, from, to); });
for (const { message } of diagnose(history, spec, catalog)) console.log(message);
const [best] = ranking(history, spec.objective);
console.log("best", best!.values![0], best!.point);
