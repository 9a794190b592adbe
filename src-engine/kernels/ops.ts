/**
 * The kernels as operations of a program: for each the kinds of its arguments, in the contract's order. From this table come the recorder (program.ts) and the
 * switch of the interpreter (source/ops.h, written by scripts/native.ts), so that an operation's words mean the same in TypeScript and in C.
 *
 * v vector · n vector or null · i whole number · f flag · r real · w window · s stream of chance. Before a colon: "=" the kernel returns a number, "o" it needs room to work in.
 */
export const ops = {
  dense: "o:vvnviii",
  denseInput: "o:vvviii",
  denseKernel: "o:vvviii",
  columnSums: ":vvii",

  relu: ":vvi",
  reluBackward: ":vvvi",
  leakyRelu: ":vvir",
  leakyReluBackward: ":vvvir",
  elu: ":vvir",
  eluBackward: ":vvvir",
  selu: ":vvi",
  seluBackward: ":vvvi",
  geluExact: ":vvi",
  geluExactBackward: ":vvvi",
  geluTanh: ":vvi",
  geluTanhBackward: ":vvvi",
  swish: ":vvir",
  swishBackward: ":vvvir",
  mish: ":vvi",
  mishBackward: ":vvvi",
  sigmoid: ":vvi",
  sigmoidBackward: ":vvvi",
  tanh: ":vvi",
  tanhBackward: ":vvvi",
  softplus: ":vvir",
  softplusBackward: ":vvvir",
  hardTanh: ":vvirr",
  hardTanhBackward: ":vvvirr",
  softmax: ":vviir",
  softmaxBackward: ":vvviir",
  logSoftmax: ":vviir",
  logSoftmaxBackward: ":vvviir",

  copy: ":vvi",
  add: ":vvvi",
  drawNoise: ":virs",
  drawMask: ":virs",
  dropout: ":vvvir",

  moments: ":vvvii",
  normalize: ":vvvvvvviir",
  normalizeBackward: ":vvvvvvniir",
  normalizeRows: ":vvvvvviir",
  normalizeRowsBackward: ":vvvvvvniir",
  average: ":vvir",

  conv2d: "o:vvnviwii",
  conv2dInput: "o:vvviwii",
  conv2dKernel: "o:vvviwii",
  maxPool: ":vvviw",
  maxPoolBackward: ":vvviw",
  averagePool: ":vviwf",
  averagePoolBackward: ":vviwf",

  softmaxCrossEntropy: "=:vvvii",
  weightedCrossEntropy: "=:vvnviiirr",
  binaryCrossEntropy: "=:vvvir",
  meanSquaredError: "=:vvvi",
  meanAbsoluteError: "=:vvvi",
  huber: "=:vvvir",
  hinge: "=:vvvif",
  multiMargin: "=:vvviif",

  l2: "=:vvir",
  l1: "=:vvir",
  capColumns: ":viir",
  accumulate: ":vvirf",
  divide: ":vvir",

  sumOfSquares: "=:vi",
  allFinite: "=:vi",
  swap: ":vvi",
  scale: ":viir",
  combine: ":vvirr",
  shorten: ":vir",
  clipValue: ":viir",
  clipNorm: "=:viir",

  sgdUpdate: ":vviir",
  momentumUpdate: ":vvviirrr",
  nesterovUpdate: ":vvviirrr",
  adagradUpdate: ":vvviirrr",
  adadeltaUpdate: ":vvvviirrrr",
  rmspropUpdate: ":vvvnniirrrrrfr",
  adamUpdate: ":vvvviirrrrrrr",
  amsgradUpdate: ":vvvvviirrrrrrr",
  nadamUpdate: ":vvvviirrrrrrrr",
  adamaxUpdate: ":vvvviirrrrr",
  lambUpdate: ":vvvviirrrrrrrrr",
  lionUpdate: ":vvviirrrrr",
  muonDirection: ":vvviirrf",
  scheduleFreeUpdate: ":vvvvniifrrrrrrrr",
} as const satisfies Readonly<Record<string, `${string}:${string}`>>;

/** An operation's name: a method of `Kernels`. */
export type Op = keyof typeof ops;

/** What an interpreter does besides kernels: source/program.c says how. c cell · a address, or -1 for none. */
const controls = {
  gather: ":vvaaaiii",
  append: ":vaii",
  set: ":cr",
  total: ":ccc",
  root: ":cc",
  check: ":cc",
  report: ":cccc",
  shuffle: ":ais",
  peak: ":ic",
} as const;

/** Neighbours that run in one pass, where nothing else reads what lies between them: with the bits of one after the other. `recorder.ts` puts them together. */
const fused = {
  denseRelu: "o:vvnviii",
  denseInputRelu: "o:vvvviii",
  conv2dRelu: "o:vvnviwii",
  maxPoolReluBackward: ":vvvviw",
  conv2dReluMaxPool: "o:vvnvvviwiiw",
  maxPoolConv2dKernel: "o:vvvvvvniwwiif",
  normalizeRelu: ":vvvvvvviir",
  normalizeReluDropout: ":vvvvvvvvviirr",
  dropoutReluBackward: ":vvvvir",
} as const;

/** An operation that is no method of `Kernels`. */
export type Control = keyof typeof controls | keyof typeof fused;

type Kind = "v" | "n" | "i" | "f" | "r" | "w" | "s" | "c" | "a";
/** `isMethod`: one of the contract's kernels. `isKernel`: what C knows as a function `k_…`. */
interface Kinds { readonly returns: boolean; readonly needsRoom: boolean; readonly isMethod: boolean; readonly isKernel: boolean; readonly args: readonly Kind[] }

function parsed(text: string, isMethod: boolean, isKernel: boolean): Kinds {
  const [marks, args] = text.split(":") as [string, string];
  return { returns: marks.includes("="), needsRoom: marks.includes("o"), isMethod, isKernel, args: [...args] as Kind[] };
}

/** The table as data: what each operation takes. */
export const kinds = Object.fromEntries([
  ...Object.entries(ops).map(([op, text]) => [op, parsed(text, true, true)]),
  ...Object.entries(fused).map(([op, text]) => [op, parsed(text, false, true)]),
  ...Object.entries(controls).map(([op, text]) => [op, parsed(text, false, false)]),
]) as Readonly<Record<Op | Control, Kinds>>;

/** The number of each operation in a program. */
export const codes = Object.fromEntries(Object.keys(kinds).map((op, i) => [op, i])) as Readonly<Record<Op | Control, number>>;

/** Tells one table from another: a program that was recorded by one is not for an interpreter that was built from the other. 31-bit FNV-1a of the whole table. */
export const opsVersion = [...JSON.stringify([ops, fused, controls])].reduce((h, letter) => Math.imul(h ^ letter.codePointAt(0)!, 0x01000193), 0x811c9dc5) & 0x7fffffff;
