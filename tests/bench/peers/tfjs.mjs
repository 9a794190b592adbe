/** TensorFlow.js on its WebAssembly backend, one thread: node tfjs.mjs FOLDER PACKAGES. Variables, an optimizer of tf.train, everything inside tidy. */

import { createRequire } from "node:module";
import { join } from "node:path";
import { decline, serve } from "../lines.ts";
import { readTask } from "../task.ts";
import { answers, batches } from "./peer.mjs";

const [folder, packages] = process.argv.slice(2);
const require = createRequire(join(packages, "package.json"));
// It recommends its addon at every start.
console.warn = () => undefined;
const tf = require("@tensorflow/tfjs");
const { setThreadsCount, setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");
setWasmPaths(`${join(packages, "node_modules/@tensorflow/tfjs-backend-wasm/dist")}/`);
setThreadsCount(1);
if (!(await tf.setBackend("wasm"))) decline("its WebAssembly backend does not start");

const loaded = readTask(folder);
const { task, weights } = loaded;
const known = ["dense", "relu", "tanh", "batchNorm", "dropout"];
const odd = task.layers.find(({ kind }) => !known.includes(kind));
if (odd !== undefined) decline(`${odd.kind} has no gradient on this backend`);

const { batchSize: m, features, classes, optimizer: told, lambda } = task;
let variables = new Map(), optimizer = null, layers = [], t = 0;
const rows = batches(loaded, true);

const variable = (name, { at, shape }) => { variables.set(name, tf.variable(tf.tensor(weights.slice(at, at + shape.reduce((a, b) => a * b, 1)), shape))); };

function forward(x) {
  let h = x;
  layers.forEach((layer, i) => {
    const of = (part) => variables.get(`${i}/${part}`);
    switch (layer.kind) {
      case "dense": h = of("bias") === undefined ? tf.matMul(h, of("kernel")) : tf.add(tf.matMul(h, of("kernel")), of("bias")); break;
      case "relu": h = tf.relu(h); break;
      case "tanh": h = tf.tanh(h); break;
      case "dropout": h = tf.dropout(h, 1 - layer.keepProb); break;
      case "batchNorm": {
        const { mean, variance } = tf.moments(h, 0);
        h = tf.batchNorm(h, mean, variance, of("shift"), of("scale"), layer.epsilon);
        break;
      }
    }
  });
  return h;
}

const trainer = {
  reset(dropout) {
    for (const one of variables.values()) one.dispose();
    optimizer?.dispose();
    variables = new Map();
    layers = task.layers.filter(({ kind }) => dropout || kind !== "dropout");
    layers.forEach((layer, i) => { for (const part of ["kernel", "bias", "scale", "shift"]) if (layer[part] !== undefined) variable(`${i}/${part}`, layer[part]); });
    optimizer = told.kind === "adam" ? tf.train.adam(told.learningRate, told.beta1, told.beta2, told.epsilon) : tf.train.sgd(told.learningRate);
    t = 0;
  },
  step() {
    const step = t++;
    return tf.tidy(() => {
      const x = tf.tensor2d(rows.x(step).slice(), [m, features]), y = tf.tensor2d(rows.y(step).slice(), [m, classes ?? 1]);
      // The penalty belongs to the gradient; what is told is the data loss.
      let dataLoss;
      const { grads, value } = tf.variableGrads(() => {
        const z = forward(x);
        const loss = classes === null ? tf.mean(tf.square(tf.sub(z, y))) : tf.neg(tf.div(tf.sum(tf.mul(tf.logSoftmax(z), y)), m));
        dataLoss = tf.keep(loss.clone());
        if (lambda === 0) return loss;
        const kernels = [...variables].filter(([name]) => name.endsWith("/kernel")).map(([, w]) => tf.sum(tf.square(w)));
        return tf.add(loss, tf.mul(tf.addN(kernels), lambda / (2 * m)));
      });
      optimizer.applyGradients(grads);
      value.dispose();
      return dataLoss;
    });
  },
  async number(loss) { const [number] = await loss.data(); loss.dispose(); return number; },
  drop: (loss) => { loss.dispose(); },
};

await serve(`tfjs ${tf.version.tfjs} wasm, 1 thread, Node ${process.versions.node}`, answers(trainer));
