/** Puts neighbours of a program together that run in one pass over memory with the bits of one after the other. Knows words and addresses. */

import { codes } from "./ops.ts";
import type { Control, Op } from "./ops.ts";

/** An operation with its words: its code, then its arguments in the order of ops.ts, vectors as addresses. */
export interface Written { readonly op: Op | Control; readonly words: readonly number[]; readonly args: readonly unknown[] }

/**
 * dense + relu and conv2d + relu, where nothing but the relu and its backward pass reads what lies between: the numbers before the relu are then not written at
 * all, and its backward pass, which asks on which side of 0 they were, asks those after it, which are on the same side.
 * Then maxPoolBackward + reluBackward, where the relu fed the pool: the pool's own result is what the relu gave at the winner's place.
 */
export function fuse(program: readonly Written[]): Written[] {
  /** The relus that were put together, by what they would have read. */
  const relus = new Map<number, Written>();
  const withRelus = joined(program, (product, relu) => {
    const both = joinRelu(product, relu, program);
    if (both !== null) relus.set(relu.words[1]!, relu);
    return both;
  }).map((one) => {
    const relu = one.op === "reluBackward" ? relus.get(one.words[1]!) : undefined;
    return relu === undefined ? one : { ...one, words: one.words.with(1, relu.words[2]!), args: one.args.with(0, relu.args[1]) };
  });
  return joined(withRelus, (pool, relu) => joinPool(pool, relu, withRelus));
}

/** Neighbours that `join` makes one of, and the others as they are. */
function joined(program: readonly Written[], join: (one: Written, next: Written) => Written | null): Written[] {
  const out: Written[] = [];
  for (let i = 0; i < program.length; i++) {
    const both = i + 1 < program.length ? join(program[i]!, program[i + 1]!) : null;
    out.push(both ?? program[i]!);
    if (both !== null) i++;
  }
  return out;
}

/** The fourth word of both products is their result's address; relu's words are what it reads and what it writes. */
function joinRelu(product: Written, relu: Written, program: readonly Written[]): Written | null {
  const op = product.op === "dense" ? "denseRelu" : product.op === "conv2d" ? "conv2dRelu" : null;
  if (op === null || relu.op !== "relu" || relu.words[1] !== product.words[4]) return null;
  const isLeft = (other: Written): boolean => other === product || other === relu || (other.op === "reluBackward" && other.words[1] === relu.words[1] && !touches(other.args.slice(1), product.args[3]));
  if (!program.every((other) => isLeft(other) || !touches(other.args, product.args[3]))) return null;
  return { op, words: product.words.with(0, codes[op]).with(4, relu.words[2]!), args: product.args.with(3, relu.args[1]) };
}

/** maxPoolBackward: dy, winner, dx, rows, window. reluBackward: x or y, dy, dx, n. maxPool: x, y, winner, rows, window. */
function joinPool(pool: Written, relu: Written, program: readonly Written[]): Written | null {
  if (pool.op !== "maxPoolBackward" || relu.op !== "reluBackward" || relu.words[2] !== pool.words[3]) return null;
  const forward = program.find((other) => other.op === "maxPool" && other.words[3] === pool.words[2]);
  if (forward === undefined) return null;
  // The relu's own forward pass tells what it wrote; where it was put together with a product, its backward pass reads just that.
  const own = program.find((other) => other.op === "relu" && other.words[1] === relu.words[1]);
  if (forward.words[1] !== (own?.words[2] ?? relu.words[1])) return null;
  if (program.some((other) => other !== pool && other !== relu && touches(other.args, pool.args[2]))) return null;
  const op = "maxPoolReluBackward";
  const [, dy, winner, , ...rest] = pool.words as [number, number, number, number, ...number[]];
  return { op, words: [codes[op], dy, winner, forward.words[2]!, relu.words[3]!, ...rest], args: [pool.args[0], pool.args[1], forward.args[1], relu.args[2], ...pool.args.slice(3)] };
}

/** Whether one of these arguments is a vector that shares numbers with this one. */
function touches(args: readonly unknown[], vector: unknown): boolean {
  const { byteOffset: from, byteLength } = vector as ArrayBufferView;
  return args.some((arg) => ArrayBuffer.isView(arg) && arg.byteOffset < from + byteLength && from < arg.byteOffset + arg.byteLength);
}
