/** Puts neighbours of a program together that run in one pass over memory with the bits of one after the other. Knows words and addresses. */

import { codes } from "./ops.ts";
import type { Control, Op } from "./ops.ts";

/** An operation with its words: its code, then its arguments in the order of ops.ts, vectors as addresses. */
export interface Written { readonly op: Op | Control; readonly words: readonly number[]; readonly args: readonly unknown[] }

/**
 * dense + relu, conv2d + relu and normalize + relu, where nothing but the relu and its backward pass reads what lies between: the numbers before the relu are then
 * not written at all, and its backward pass, which asks on which side of 0 they were, asks those after it, which are on the same side.
 * Behind normalize + relu the dropout too; and dropout + relu on the way back.
 * Then denseInput + reluBackward, and maxPoolBackward + reluBackward, where the relu fed the pool: the pool's own result is what the relu gave at the winner's place.
 * Then conv2d + relu + maxPool, and maxPool + relu + the gradients of kernel and bias on the way back: a few images at a time, in one place where nothing else reads what lies between.
 */
export function fuse(program: readonly Written[]): Written[] {
  /** The relus that were put together, by what they would have read. */
  const relus = new Map<number, Written>();
  const withRelus = joined(othersFirst(program), (product, relu) => {
    const both = joinRelu(product, relu, program);
    if (both !== null) relus.set(relu.words[1]!, relu);
    return both;
  }).map((one) => {
    const relu = one.op === "reluBackward" ? relus.get(one.words[1]!) : undefined;
    return relu === undefined ? one : { ...one, words: one.words.with(1, relu.words[2]!), args: one.args.with(0, relu.args[1]) };
  });
  const withInputs = joined(withRelus, (input, relu) => joinInput(input, relu, withRelus));
  const withPools = joined(withInputs, (pool, relu) => joinPool(pool, relu, withInputs));
  const withDropouts = joined(joined(othersFirst(withPools), joinDropout), (dropout, relu) => joinDropoutBack(dropout, relu, withPools));
  const withForwards = joined(withDropouts, (conv, pool) => joinConvPool(conv, pool, withDropouts));
  return joined(joined(withForwards, (pool, kernel) => joinPoolKernel(pool, kernel, withForwards)), joinBias);
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

/** What a relu may be put together with: the operation of both, and which argument is the result. */
const withRelu = { dense: ["denseRelu", 3], conv2d: ["conv2dRelu", 3], normalize: ["normalizeRelu", 6] } as const;

/** relu: what it reads, what it writes, n. */
function joinRelu(product: Written, relu: Written, program: readonly Written[]): Written | null {
  const [op, at] = withRelu[product.op as keyof typeof withRelu] ?? [null, 0];
  if (op === null || relu.op !== "relu" || relu.words[1] !== product.words[at + 1]) return null;
  const isLeft = (other: Written): boolean => other === product || other === relu || (other.op === "reluBackward" && other.words[1] === relu.words[1] && !touches(other.args.slice(1), product.args[at]));
  if (!program.every((other) => isLeft(other) || !touches(other.args, product.args[at]))) return null;
  return { op, words: product.words.with(0, codes[op]).with(at + 1, relu.words[2]!), args: product.args.with(at, relu.args[1]) };
}

/** Running averages, and a mask that is drawn, in front of the normalize behind which they stand: neither asks for what the other writes, and a stream is its mask's own. */
function othersFirst(program: readonly Written[]): Written[] {
  const out = [...program];
  for (let i = 1; i < out.length; i++) {
    const before = out[i - 1]!, one = out[i]!;
    if ((before.op !== "normalize" && before.op !== "normalizeRelu") || (one.op !== "average" && one.op !== "drawMask")) continue;
    if (touches(before.args, one.args[0]) || touches(one.args.slice(1), before.args[5]) || touches(one.args.slice(1), before.args[6])) continue;
    out[i - 1] = one;
    out[i] = before;
  }
  return out;
}

/** normalizeRelu: x, mean, variance, scale, shift, normalized, y, r, c, ε. dropout: x, mask, y, n, keep. Both results are written: the way back reads the relu's. */
function joinDropout(normalized: Written, dropout: Written): Written | null {
  if (normalized.op !== "normalizeRelu" || dropout.op !== "dropout" || dropout.words[1] !== normalized.words[7] || touches(normalized.args, dropout.args[2])) return null;
  const op = "normalizeReluDropout";
  const join = <T>(own: readonly T[], other: readonly T[]): T[] => [...own.slice(0, 7), other[1]!, other[2]!, ...own.slice(7), other[4]!];
  return { op, words: [codes[op], ...join(normalized.words.slice(1), dropout.words.slice(1))], args: join(normalized.args, dropout.args) };
}

/** dropout: dy, mask, what lies between, n, keep. reluBackward: y, what lies between, dx, n. */
function joinDropoutBack(dropout: Written, relu: Written, program: readonly Written[]): Written | null {
  if (dropout.op !== "dropout" || relu.op !== "reluBackward" || relu.words[2] !== dropout.words[3]) return null;
  if (program.some((other) => other !== dropout && other !== relu && touches(other.args, dropout.args[2]))) return null;
  const op = "dropoutReluBackward";
  const join = <T>(own: readonly T[], other: readonly T[]): T[] => [other[0]!, own[1]!, own[0]!, other[2]!, own[3]!, own[4]!];
  return { op, words: [codes[op], ...join(dropout.words.slice(1), relu.words.slice(1))], args: join(dropout.args, relu.args) };
}

/** denseInput: dy, w, what lies between, m, n, c. reluBackward: x or y, what lies between, dx, n. */
function joinInput(input: Written, relu: Written, program: readonly Written[]): Written | null {
  if (input.op !== "denseInput" || relu.op !== "reluBackward" || relu.words[2] !== input.words[3]) return null;
  if (program.some((other) => other !== input && other !== relu && touches(other.args, input.args[2]))) return null;
  const op = "denseInputRelu";
  const join = <T>(own: readonly T[], other: readonly T[]): T[] => [own[0]!, own[1]!, other[0]!, other[2]!, ...own.slice(3)];
  return { op, words: [codes[op], ...join(input.words.slice(1), relu.words.slice(1))], args: join(input.args, relu.args) };
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

/** conv2dRelu: x, w, b, what lies between, m, window, filters, groups. maxPool: what lies between, y, winner, m, window. */
function joinConvPool(conv: Written, pool: Written, program: readonly Written[]): Written | null {
  if (conv.op !== "conv2dRelu" || pool.op !== "maxPool" || pool.words[1] !== conv.words[4]) return null;
  if (program.some((other) => other !== conv && other !== pool && touches(other.args, conv.args[3]))) return null;
  const op = "conv2dReluMaxPool";
  const [, y, winner, , ...window] = pool.words.slice(1);
  return { op, words: [codes[op], ...conv.words.slice(1, 5), y!, winner!, ...conv.words.slice(5), ...window], args: [...conv.args.slice(0, 4), pool.args[1], pool.args[2], ...conv.args.slice(4), pool.args[4]] };
}

/** maxPoolReluBackward: dy, winner, y, dx, m, window. conv2dKernel: x, dx, dw, m, window, filters, groups. Without a bias as yet. */
function joinPoolKernel(pool: Written, kernel: Written, program: readonly Written[]): Written | null {
  if (pool.op !== "maxPoolReluBackward" || kernel.op !== "conv2dKernel" || kernel.words[2] !== pool.words[4]) return null;
  const dx = pool.args[3];
  // The bias' gradient is put together with these two next; whoever else reads dx reads all of it.
  const bias = program[program.indexOf(kernel) + 1];
  const isKept = program.some((other) => other !== pool && other !== kernel && !(other === bias && isSumsOf(other, pool.words[4]!)) && touches(other.args, dx));
  const op = "maxPoolConv2dKernel";
  const [x, , dw, m, ...windowAndNumbers] = kernel.words.slice(1);
  return {
    op, words: [codes[op], ...pool.words.slice(1, 5), x!, dw!, -1, m!, ...pool.words.slice(6), ...windowAndNumbers, isKept ? 1 : 0],
    args: [...pool.args.slice(0, 4), kernel.args[0], kernel.args[2], null, kernel.args[3], pool.args[5], ...kernel.args.slice(4), isKept],
  };
}

/** columnSums: dx, db, rows, filters. */
const isSumsOf = ({ op, words }: Written, dx: number): boolean => op === "columnSums" && words[1] === dx;

function joinBias(kernel: Written, sums: Written): Written | null {
  if (kernel.op !== "maxPoolConv2dKernel" || !isSumsOf(sums, kernel.words[4]!)) return null;
  return { ...kernel, words: kernel.words.with(7, sums.words[2]!), args: kernel.args.with(6, sums.args[1]) };
}

/** Whether one of these arguments is a vector that shares numbers with this one. */
function touches(args: readonly unknown[], vector: unknown): boolean {
  const { byteOffset: from, byteLength } = vector as ArrayBufferView;
  return args.some((arg) => ArrayBuffer.isView(arg) && arg.byteOffset < from + byteLength && from < arg.byteOffset + arg.byteLength);
}
