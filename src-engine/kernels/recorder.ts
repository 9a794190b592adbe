/**
 * Kernels that write down what they are asked instead of computing it. A layer's pass or an optimizer's update, walked through once with them, leaves a program: a
 * flat list of operations on addresses of one memory, which an executor then runs as often as it likes, many steps in one call. Outside a recording each kernel
 * runs at once, as a program of one operation. Knows operations and addresses; knows no layer, no loss and no optimizer.
 */

import { fuse } from "./fuse.ts";
import type { Written } from "./fuse.ts";
import type { Heap } from "./heap.ts";
import type { Kernels, Vector, Window } from "./kernels.ts";
import { codes, kinds, opsVersion } from "./ops.ts";
import type { Control, Op } from "./ops.ts";
import { reference } from "./reference.ts";

/** A stream of chance whose place programs move on: `Stream` of rng.ts. */
export interface Stream { counter: number; readonly identity: readonly [number, number, number, number] }

/** Runs the call block at an address of the memory; 0 where every step was run, 1 where a step's numbers were not finite. */
export type Run = (call: number) => number;

/** One operation of a program, for people: its name, where its words lie in the program, and its arguments as they were given. */
export interface Listed { readonly op: Op | Control; readonly at: number; readonly words: number; readonly args: readonly unknown[] }

/** A recorded list of operations; valid as long as the recorder's `generation` is the one it was recorded in. */
export interface Program {
  readonly address: number;
  readonly bytes: number;
  /** The words that were recorded as `perStep`, and how many real numbers each step brings for them. */
  readonly stepWords: readonly number[];
  readonly reals: number;
  /** What it draws from. */
  readonly streams: readonly Stream[];
  readonly listing: readonly Listed[];
}

/** Cells that have a meaning. Behind them come those of an operation that runs at once, then the fixed numbers of programs. */
export const cell = { result: 0, dataLoss: 1, penalty: 2, total: 3, squares: 4, norm: 5 } as const;
const firstOwnCell = 8, firstFixedCell = 32, mostCells = 4096;
/** Words of a call block: `call` of source/program.c. */
const word = { program: 0, bytes: 1, steps: 2, cells: 3, row: 4, stride: 5, out: 6, room: 7, cursor: 8, done: 9, version: 10 } as const;
/** Bytes of program memory; when they are full everything is forgotten and recorded anew. Behind them lies the place of the operation that runs at once. */
const programBytes = 2 ** 20, onceBytes = 256;
/** Bytes in which kernels may work: ROOM_BYTES of source/lanes.h. */
const roomBytes = 2 ** 20;
/** Most steps of one call. */
export const mostSteps = 4096;
const windowWords = ["height", "width", "channels", "outHeight", "outWidth", "kernelHeight", "kernelWidth", "strideHeight", "strideWidth", "paddingHeight", "paddingWidth"] as const satisfies readonly (keyof Window)[];

type Argument = number | boolean | Vector | Window | Stream | null;

/** What is under way: nothing; a recording; within it what is asked anew each step; the numbers of a further step. */
type Mode = "once" | "record" | "perStep" | "refill";

export class Recorder {
  /** What layers, losses, penalties and optimizers are given. */
  readonly kernels: Kernels;
  /** Changes whenever programs become invalid. */
  generation = 0;
  readonly #heap: Heap;
  readonly #run: Run;
  readonly #slow = reference(32);
  readonly #callAt: number;
  readonly #call: Int32Array;
  readonly #cells: Float64Array;
  readonly #programAt: number;
  readonly #program: Int32Array;
  readonly #out: Float64Array;
  #rowsAt = 0;
  #rows: Float64Array;
  #used = 0;
  #nextCell: number = firstFixedCell;
  readonly #cellOf = new Map<number, number>();
  /** Where each stream's place lies in the memory, and its two halves. */
  readonly #places = new Map<Stream, { readonly at: number; readonly words: Uint32Array }>();

  #mode: Mode = "once";
  #tape: number[] = [];
  #stepWords: number[] = [];
  #reals: number[] = [];
  #streams = new Set<Stream>();
  #listing: Listed[] = [];
  #sink: number = cell.result;
  /** While refilling: what must come, how much of it has, and whether it agreed. */
  #expected: readonly number[] = [];
  #agreed = true;

  constructor(heap: Heap, run: Run) {
    this.#heap = heap;
    this.#run = run;
    this.#callAt = heap.allocate(64);
    this.#call = heap.words(this.#callAt, 16);
    const cellsAt = heap.allocate(8 * mostCells);
    this.#cells = heap.doubles(cellsAt, mostCells);
    const outAt = heap.allocate(8 * 4 * mostSteps);
    this.#out = heap.doubles(outAt, 4 * mostSteps);
    this.#rows = heap.doubles(0, 0);
    this.#programAt = heap.allocate(programBytes + onceBytes);
    this.#program = heap.words(this.#programAt, (programBytes + onceBytes) / 4);
    this.#call[word.cells] = cellsAt;
    this.#call[word.out] = outAt;
    this.#call[word.version] = opsVersion;
    this.#call[word.room] = heap.allocate(roomBytes);
    this.kernels = this.#methods();
  }

  /** The number in a cell. */
  cell(index: number): number { return this.#cells[index]!; }
  /** What `report` wrote in the last call: four numbers for each step. */
  get reports(): Float64Array { return this.#out; }
  /** Steps that the last call completed. */
  get done(): number { return this.#call[word.done]!; }

  /**
   * Writes down what `walk` asks of the kernels, and of this recorder's `control`, `into` and `perStep`. It may be walked twice. `isFused`: neighbours are put
   * together where results allow it; numbers between them are then not written.
   */
  record(walk: () => void, isFused = false): Program {
    for (;;) {
      const { generation } = this;
      this.#begin("record");
      try {
        walk();
      } finally {
        this.#mode = "once";
        this.#sink = cell.result;
      }
      if (isFused) this.#fuse();
      const bytes = 4 * this.#tape.length;
      if (bytes > programBytes) throw new RangeError(`a program has room for ${programBytes} bytes; ${this.#listing.length} operations need ${bytes}`);
      // Full, now or while walking: then cells that were written down no longer hold their numbers.
      if (this.#used + bytes > programBytes) this.#forget();
      if (this.generation !== generation) continue;
      const address = this.#programAt + this.#used;
      this.#program.set(this.#tape, this.#used / 4);
      this.#used += bytes;
      return { address, bytes, stepWords: this.#stepWords, reals: this.#reals.length, streams: [...this.#streams], listing: this.#listing };
    }
  }

  /** In a recording: what kernels return goes into this cell from here on, or is added to it. */
  into(index: number, isSum = false): void {
    this.#sink = isSum ? ~index : index;
  }

  /** In a recording: an operation that is no kernel. */
  control(op: Control, ...args: readonly Argument[]): void {
    this.#write(op, args);
  }

  /** In a recording, once: what is asked anew for each step. Its real numbers become the step's own. */
  perStep(walk: () => void): void {
    const from = this.#tape.length;
    this.#mode = "perStep";
    walk();
    this.#mode = "record";
    this.#stepWords = this.#tape.slice(from);
  }

  /** The real numbers of one step of the next run, asked for by the walk that `perStep` was given. False where it asks for other operations than were recorded. */
  refill({ reals, stepWords }: Program, step: number, walk: () => void): boolean {
    if (step >= mostSteps) throw new RangeError(`a call has room for ${mostSteps} steps`);
    this.#begin("refill");
    this.#expected = stepWords;
    this.#agreed = true;
    try {
      walk();
    } finally {
      this.#mode = "once";
    }
    if (!this.#agreed || this.#tape.length !== stepWords.length) return false;
    this.#reserve((step + 1) * reals);
    for (let i = 0; i < reals; i++) this.#rows[step * reals + i] = this.#reals[i]!;
    return true;
  }

  /** Gives the steps [from, to) the numbers of the step before them. */
  repeat({ reals }: Program, from: number, to: number): void {
    this.#reserve(to * reals);
    const rows = this.#rows;
    for (let i = from * reals; i < to * reals; i++) rows[i] = rows[i - reals]!;
  }

  /** Room for so many real numbers of steps; those that are there stay. */
  #reserve(numbers: number): void {
    const old = this.#rows;
    if (numbers <= old.length) return;
    const length = Math.max(64, 2 * numbers);
    this.#rowsAt = this.#heap.allocate(8 * length);
    this.#rows = this.#heap.doubles(this.#rowsAt, length);
    this.#rows.set(old);
  }

  /** Runs one operation of a program alone, so many times: for measuring. */
  runAlone(program: Program, { at, words }: Listed, times: number): void {
    this.run({ ...program, address: program.address + 4 * at, bytes: 4 * words }, times);
  }

  /** Runs so many steps, whose rows begin at a position of their order; 0 where all were run, 1 where one was not finite. Streams move on by what was drawn. */
  run({ address, bytes, reals, streams }: Program, steps = 1, cursor = 0): number {
    const call = this.#call;
    call[word.program] = address;
    call[word.bytes] = bytes;
    call[word.steps] = steps;
    call[word.row] = this.#rowsAt;
    call[word.stride] = reals;
    call[word.cursor] = cursor;
    for (let i = 0; i < streams.length; i++) this.#put(streams[i]!);
    const status = this.#run(this.#callAt);
    for (let i = 0; i < streams.length; i++) this.#take(streams[i]!);
    if (status > 1) throw new Error("the executor was built for other operations than are recorded: run npm run native");
    return status;
  }

  #begin(mode: Mode): void {
    this.#mode = mode;
    this.#tape = [];
    this.#reals = [];
    if (mode !== "record") return;
    this.#stepWords = [];
    this.#streams = new Set();
    this.#listing = [];
    this.#sink = cell.result;
  }

  #fuse(): void {
    const fused = fuse(this.#listing.map(({ op, at, words, args }): Written => ({ op, args, words: this.#tape.slice(at, at + words) })));
    this.#tape = fused.flatMap(({ words }) => words);
    let at = 0;
    this.#listing = fused.map(({ op, words, args }) => {
      at += words.length;
      return { op, at: at - words.length, words: words.length, args };
    });
  }

  #forget(): void {
    this.generation++;
    this.#used = 0;
    this.#nextCell = firstFixedCell;
    this.#cellOf.clear();
  }

  #write(op: Op | Control, args: readonly Argument[]): void {
    const { returns, args: wanted } = kinds[op];
    const tape = this.#tape, from = tape.length;
    tape.push(codes[op]);
    if (returns) tape.push(this.#mode === "once" ? cell.result : this.#sink);
    for (let i = 0; i < wanted.length; i++) {
      const arg = args[i]!;
      switch (wanted[i]!) {
        case "v": tape.push(this.#addressOf(arg as Vector, op)); break;
        case "n": tape.push(arg === null ? -1 : this.#addressOf(arg as Vector, op)); break;
        case "i": case "c": tape.push(arg as number); break;
        case "f": tape.push(arg === true ? 1 : 0); break;
        case "r": tape.push(this.#real(arg as number)); break;
        case "w": for (const side of windowWords) tape.push((arg as Window)[side]); break;
        case "s": tape.push(this.#stream(arg as Stream)); break;
        case "a": tape.push((arg as number) | 0); break;
      }
    }
    if (this.#mode === "refill") for (let i = from; i < tape.length && this.#agreed; i++) this.#agreed = tape[i] === this.#expected[i];
    if (this.#mode === "record" || this.#mode === "perStep") this.#listing.push({ op, at: from, words: tape.length - from, args });
  }

  #addressOf(v: Vector, op: string): number {
    if (!this.#heap.owns(v)) throw new Error(`${op} was given numbers that do not lie in the plan's memory`);
    return v.byteOffset | 0;
  }

  #real(x: number): number {
    switch (this.#mode) {
      case "perStep": case "refill": return ~(this.#reals.push(x) - 1);
      case "once": {
        const index = firstOwnCell + this.#reals.push(x) - 1;
        this.#cells[index] = x;
        return index;
      }
      case "record": {
        const known = Object.is(x, -0) ? undefined : this.#cellOf.get(x);
        if (known !== undefined) return known;
        if (this.#nextCell === mostCells) this.#forget();
        this.#cells[this.#nextCell] = x;
        if (!Object.is(x, -0)) this.#cellOf.set(x, this.#nextCell);
        return this.#nextCell++;
      }
    }
  }

  #stream(stream: Stream): number {
    this.#streams.add(stream);
    let place = this.#places.get(stream);
    if (place === undefined) {
      const at = this.#heap.allocate(24);
      place = { at, words: new Uint32Array(this.#heap.buffer, at, 6) };
      place.words.set(stream.identity, 2);
      this.#places.set(stream, place);
    }
    return place.at;
  }

  #put(stream: Stream): void {
    const { words } = this.#places.get(stream)!;
    words[0] = stream.counter >>> 0;
    words[1] = Math.floor(stream.counter / 2 ** 32);
  }

  #take(stream: Stream): void {
    const { words } = this.#places.get(stream)!;
    stream.counter = words[1]! * 2 ** 32 + words[0]!;
  }

  /** One method for each kernel, by its name. */
  #methods(): Kernels {
    const methods = Object.fromEntries((Object.keys(kinds) as (Op | Control)[]).filter((op): op is Op => kinds[op].isMethod).map((op) => [op, (...args: Argument[]) => {
      if (this.#mode !== "once") {
        this.#write(op, args);
        return kinds[op].returns ? Number.NaN : undefined;
      }
      return this.#once(op, args);
    }]));
    return { ...methods, precision: 32, round: Math.fround } as unknown as Kernels;
  }

  #once(op: Op, args: readonly Argument[]): number | undefined {
    // An optimizer of one's own may use kernels on vectors of its own, and chance that is no stream.
    const isOurs = args.every((arg, i) => (kinds[op].args[i] === "s" ? "identity" in (arg as object) : !(arg instanceof Float32Array || arg instanceof Float64Array) || this.#heap.owns(arg)));
    if (!isOurs) return (this.#slow[op] as (...args: readonly Argument[]) => number | undefined)(...args);
    this.#tape = [];
    this.#reals = [];
    this.#streams = new Set();
    this.#write(op, args);
    this.#program.set(this.#tape, programBytes / 4);
    this.run({ address: this.#programAt + programBytes, bytes: 4 * this.#tape.length, stepWords: [], reals: 0, streams: [...this.#streams], listing: [] });
    return kinds[op].returns ? this.#cells[cell.result] : undefined;
  }
}
