/** A network's numbers alone, for any program: as safetensors, or as NumPy's .npz. */

// Its build for Node brings worker threads and a second `require`, which a bundle of ours has already.
import { zipSync } from "fflate/browser";
import { engineVersion } from "../../src-engine/index.ts";
import type { Network, Tensor } from "./network.ts";

/** The layers' tensors, then the scaling in double precision as "scaling/…". */
function all({ tensors, scaling: { features, target } }: Network): Tensor[] {
  const vector = (name: string, values: Float64Array): Tensor => ({ name: `scaling/${name}`, shape: [values.length], values });
  return [...tensors, vector("mean", features.mean), vector("deviation", features.deviation), vector("target", Float64Array.of(target.mean, target.deviation))];
}

/** What a reader must know that the numbers do not say. */
function facts({ spec, shape, featureNames, targetName, classes }: Network): Record<string, string> {
  return {
    writer: `Descent ${engineVersion}`,
    layouts: "dense kernels [in, out]; images [height, width, channels]; convolution kernels [height, width, in / groups, out]; batch norm's variance is divided by n",
    scaling: "x = (feature - mean) / deviation; a predicted number is output * target[1] + target[0]",
    spec: JSON.stringify(spec), shape: JSON.stringify(shape), features: JSON.stringify(featureNames), target: targetName, classes: JSON.stringify(classes),
  };
}

/** The safetensors layout: header length (8 bytes, little-endian), JSON header padded to 8 bytes, raw little-endian numbers. The same network gives the same bytes. */
export function safetensorsOf(network: Network): Uint8Array {
  const tensors = all(network);
  const header: Record<string, unknown> = { __metadata__: facts(network) };
  let length = 0;
  // The wider numbers first, so that each lies aligned.
  const laid = [...tensors].sort((a, b) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
  for (const { name, shape, values } of laid) {
    header[name] = { dtype: `F${8 * values.BYTES_PER_ELEMENT}`, shape, data_offsets: [length, length + values.byteLength] };
    length += values.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const head = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + head + length).fill(0x20, 8, 8 + head);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head), true);
  bytes.set(json, 8);
  let at = 8 + head;
  for (const { values } of laid) {
    bytes.set(littleEndian(values), at);
    at += values.byteLength;
  }
  return bytes;
}

/** An .npz as `numpy.savez` writes it: `load(file)["0/kernel"]`; what must be known beside the numbers are texts, `load(file)["spec"].item()`. */
export function npzOf(network: Network): Uint8Array {
  const arrays = all(network).map(({ name, shape, values }) => [`${name}.npy`, npy(`<f${values.BYTES_PER_ELEMENT}`, shape, littleEndian(values))] as const);
  const texts = Object.entries(facts(network)).map(([name, text]) => {
    const points = Uint32Array.from(text, (letter) => letter.codePointAt(0)!);
    return [`${name}.npy`, npy(`<U${points.length}`, [], new Uint8Array(points.buffer))] as const;
  });
  // Zip knows no time before 1980 and asks for one: always the same, so that equal networks give equal files.
  return zipSync(Object.fromEntries([...arrays, ...texts]), { level: 0, mtime: new Date(1980, 0, 1) });
}

/** One array in NumPy's format 1.0: magic, header as a Python dictionary padded to 64 bytes, row-major numbers. */
function npy(dtype: string, shape: readonly number[], numbers: Uint8Array): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const said = `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const head = `${said}${" ".repeat(63 - ((10 + said.length) % 64))}\n`;
  const bytes = new Uint8Array(10 + head.length + numbers.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, head.length & 255, head.length >> 8]);
  bytes.set(new TextEncoder().encode(head), 10);
  bytes.set(numbers, 10 + head.length);
  return bytes;
}

/** The bytes of the numbers as they lie: every machine we run on is little-endian. */
export const littleEndian = (values: Float32Array | Float64Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
