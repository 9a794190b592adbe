/** MNIST's IDX files, from a folder that has them. Throws an Error that names the file and what is wrong with it. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rows } from "./rows.ts";

/** The 60 000 training images, pixels in 0…1, and their digits. The two files may end in -idx3-ubyte or .idx3-ubyte, as they do in the wild. */
export function readMnist(folder: string): Rows {
  const images = readIdx(folder, "train-images", 3), labels = readIdx(folder, "train-labels", 1);
  if (images.shape[0] !== labels.shape[0]) throw new Error(`${folder} has ${images.shape[0]} images and ${labels.shape[0]} labels`);
  return { rows: images.shape[0]!, x: Float32Array.from(images.bytes, (pixel) => pixel / 255), y: Float32Array.from(labels.bytes) };
}

/** Magic number 0, 0, 8 (bytes), number of axes; then each axis as four bytes, most significant first; then the bytes. */
export function parseIdx(file: Uint8Array, axes: number, name = "the file"): { readonly shape: readonly number[]; readonly bytes: Uint8Array } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 4 + 4 * axes || view.getUint32(0) !== 0x800 + axes) throw new Error(`${name} is no IDX file of bytes with ${axes} axes (unpack it if it is compressed)`);
  const shape = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, n) => product * n, 1);
  const bytes = file.subarray(4 + 4 * axes);
  if (bytes.length !== size) throw new Error(`${name} has ${bytes.length} bytes behind its head, which announces ${size}`);
  return { shape, bytes };
}

function readIdx(folder: string, name: string, axes: number) {
  const path = [`${name}-idx${axes}-ubyte`, `${name}.idx${axes}-ubyte`].map((file) => join(folder, file)).find((file) => existsSync(file));
  if (path === undefined) throw new Error(`${folder} has no ${name}-idx${axes}-ubyte`);
  return parseIdx(readFileSync(path), axes, path);
}
