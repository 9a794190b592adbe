/** What the Python programs have in common: names, numbers and scaling, reading a CSV file, and literals. Knows no framework. */

import { engineVersion } from "../../src-engine/index.ts";
import { littleEndian } from "./arrays.ts";
import type { Network, Tensor } from "./network.ts";

/** A value as Python writes it. Text is JSON's, which Python reads alike. */
export function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  return JSON.stringify(value);
}

export const tuple = (values: readonly number[]): string => (values.length === 1 ? `(${values[0]},)` : `(${values.join(", ")})`);

/** Code for programs has its numbers inside; beyond this it would be no program any more. */
export const codeLimit = 64 * 2 ** 20;

export interface PythonParts {
  /** First line of the docstring, and what stands below it. */
  readonly title: string;
  readonly about: readonly string[];
  readonly imports: readonly string[];
  /** The network itself, down to `answers(x)`: scaled rows (float32, rows × SHAPE) to the outputs, as a NumPy array. */
  readonly body: string;
}

/** A whole program: `predict(x)` for rows in their own units, `python FILE.py data.csv` for a table. The numbers stand at the end, so that the code can be read. */
export function pythonProgram(network: Network, { title, about, imports, body }: PythonParts): string {
  const { featureNames, targetName, classes, shape, scaling: { features, target }, reading, outputs } = network;
  const tensors: Tensor[] = [...network.tensors, { name: "scaling/mean", shape: [features.mean.length], values: features.mean }, { name: "scaling/deviation", shape: [features.deviation.length], values: features.deviation }];
  let at = 0;
  const places = tensors.map(({ name, shape: dims, values }) => {
    const line = `    ${python(name)}: ("<f${values.BYTES_PER_ELEMENT}", ${at}, ${tuple(dims)}),`;
    at += values.byteLength;
    return line;
  });
  // Whole parts are put together here; between them are two empty lines and no more.
  return tidy(`"""${title}, written by Descent ${engineVersion}.

${about.join("\n")}

    python FILE.py data.csv     prints what it says of each row; columns are found by their names
    predict(x)                  the same for an array (rows, features), in the data's own units
"""

import base64
import csv
import sys

${imports.join("\n")}

FEATURES = ${python(featureNames)}
TARGET = ${python(targetName)}
CLASSES = ${python(classes)}
SHAPE = ${tuple(shape)}  # of one row: (features,), or (height, width, channels)
TENSORS = {  # type, first byte, shape; dense kernels are [in, out], convolution kernels [height, width, in / groups, out]
${places.join("\n")}
}


def tensor(name):
    kind, at, shape = TENSORS[name]
    return np.frombuffer(NUMBERS, kind, int(np.prod(shape)), at).reshape(shape).copy()


def scaled(x):
    """Rows in their own units to rows as the network was trained on: (x - mean) / deviation, in 64 bit, then float32."""
    x = np.asarray(x, np.float64).reshape(-1, len(FEATURES))
    return ((x - tensor("scaling/mean")) / tensor("scaling/deviation")).astype(np.float32).reshape(-1, *SHAPE)

${body}

def predict(x):
    """x (rows, features) in the data's own units to (outputs, probabilities): ${{ softmax: "logits, and a probability for each class", sigmoid: outputs === 1 ? "logits, and a probability for each of both classes" : "logits, and a probability for each question", margins: "margins; this loss knows no probabilities", number: "the predicted number in its own unit; no probabilities" }[reading.kind]}."""
    z = answers(scaled(x)).astype(np.float64)
${readingLines(network, target).map((line) => `    ${line}`).join("\n")}


def main(file):
    with open(file, newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    outputs, probabilities = predict([[float(row[name]) for name in FEATURES] for row in rows])
    table = csv.writer(sys.stdout)
    if CLASSES is None:
        table.writerow([TARGET])
        table.writerows([[float(number) for number in row] for row in outputs])
        return
    shown = outputs if probabilities is None else probabilities
    if shown.shape[1] == 1:
        shown = np.concatenate([-shown, shown], axis=1)
    table.writerow([TARGET, *CLASSES])
    table.writerows([[CLASSES[int(row.argmax())], *map(float, row)] for row in shown])


NUMBERS = base64.b64decode("""
${numbersOf(tensors)}
""")

if __name__ == "__main__":
    main(sys.argv[1])
`);
}

const tidy = (code: string): string => code.replace(/\n{4,}/g, "\n\n\n");

function readingLines({ reading, outputs }: Network, target: { readonly mean: number; readonly deviation: number }): string[] {
  switch (reading.kind) {
    case "number": return [`return z * ${target.deviation} + ${target.mean}, None`];
    case "margins": return ["return z, None"];
    case "softmax": return [`e = np.exp((z - z.max(axis=1, keepdims=True)) / ${reading.temperature})`, "return z, e / e.sum(axis=1, keepdims=True)"];
    case "sigmoid": return [
      ...(outputs === 1 ? ["both = np.concatenate([-z, z], axis=1)"] : ["both = z"]),
      "e = np.exp(-np.abs(both))",
      "return z, np.where(both > 0, 1, e) / (1 + e)",
    ];
  }
}

/** Base64 in lines of 120 letters. */
function numbersOf(tensors: readonly Tensor[]): string {
  const all = new Uint8Array(tensors.reduce((sum, { values }) => sum + values.byteLength, 0));
  let at = 0;
  for (const { values } of tensors) {
    all.set(littleEndian(values), at);
    at += values.byteLength;
  }
  return base64Lines(all).join("\n");
}

export function base64Lines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  // 90 bytes make 120 letters.
  for (let from = 0; from < bytes.length; from += 90) lines.push(btoa(String.fromCharCode(...bytes.subarray(from, from + 90))));
  return lines;
}
