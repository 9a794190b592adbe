/** jax-js in WebAssembly: node jax-js.mjs FOLDER PACKAGES. One jitted function is one step: loss, gradient, update. Every array is used up once, as its memory model wants. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { decline, serve } from "../lines.ts";
import { readTask } from "../task.ts";
import { answers, batches } from "./peer.mjs";

const [folder, packages] = process.argv.slice(2);
const home = join(packages, "node_modules/@jax-js/jax");
const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
const { init, defaultDevice, numpy: np, nn, jit, tree, valueAndGrad } = await import(pathToFileURL(join(home, "dist/index.js")).href);

const loaded = readTask(folder);
const { task, weights } = loaded;
const known = ["dense", "relu", "tanh"];
const odd = task.layers.find(({ kind }) => !known.includes(kind));
if (odd !== undefined) decline(`${odd.kind} is not written for jax-js here`);

await init("wasm");
defaultDevice("wasm");

const { batchSize: m, input, classes, optimizer: told } = task;
const starts = task.layers.filter(({ kind }) => kind === "dense").flatMap(({ kernel, bias }) => [kernel, bias]);
const start = ({ at, shape }) => { const size = shape.reduce((a, b) => a * b, 1); return np.array(weights.slice(at, at + size)).reshape(shape); };

function objective(params, x, y) {
  let h = x, i = 0;
  for (const { kind } of task.layers) {
    if (kind === "dense") h = np.matmul(h, params[i++]).add(params[i++]);
    else h = kind === "relu" ? nn.relu(h) : np.tanh(h);
  }
  return classes === null ? np.square(h.sub(y)).mean() : nn.logSoftmax(h, -1).mul(y).sum().mul(-1 / m);
}
const gradient = valueAndGrad(objective);

/** a: the rate over the first average's correction; root: that of the second one, under its root. */
const adam = jit((params, means, squares, x, y, a, root) => {
  const { beta1, beta2, epsilon } = told;
  const [loss, grads] = gradient(tree.ref(params), x, y);
  const next = grads.map((g, i) => {
    const mean = means[i].mul(beta1).add(g.ref.mul(1 - beta1));
    const square = squares[i].mul(beta2).add(np.square(g).mul(1 - beta2));
    return { mean: mean.ref, square: square.ref, p: params[i].sub(mean.mul(a.ref).div(np.sqrt(square).div(root.ref).add(epsilon))) };
  });
  a.dispose();
  root.dispose();
  return [next.map(({ p }) => p), next.map(({ mean }) => mean), next.map(({ square }) => square), loss];
});
const sgd = jit((params, x, y) => {
  const [loss, grads] = gradient(tree.ref(params), x, y);
  return [params.map((p, i) => p.sub(grads[i].mul(told.learningRate))), loss];
});

const rows = batches(loaded, true);
let params = null, means = null, squares = null, t = 0;

const trainer = {
  reset() {
    for (const old of [params, means, squares]) if (old !== null) tree.dispose(old);
    params = starts.map(start);
    means = starts.map(({ shape }) => np.zeros(shape));
    squares = starts.map(({ shape }) => np.zeros(shape));
    t = 0;
  },
  step() {
    const x = np.array(rows.x(t).slice()).reshape([m, ...input]), y = np.array(rows.y(t).slice()).reshape([m, classes ?? 1]);
    t++;
    let loss;
    if (told.kind === "adam") {
      const a = np.array([told.learningRate / (1 - told.beta1 ** t)]), root = np.array([Math.sqrt(1 - told.beta2 ** t)]);
      [params, means, squares, loss] = adam(params, means, squares, x, y, a, root);
    } else [params, loss] = sgd(params, x, y);
    return loss;
  },
  number: async (loss) => (await loss.data())[0],
  drop: (loss) => { loss.dispose(); },
};

await serve(`jax-js ${version} wasm, Node ${process.versions.node}`, answers(trainer));
