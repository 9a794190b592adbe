/** The run (or sweep) being written: one draft, held as text and as value, so that the form and the text cannot disagree. Knows no page and no DOM. */

import { checkRunSpec } from "../../src-main/contract/checks.ts";
import type { Catalog, Param, Problem } from "../../src-main/contract/checks.ts";
import { readSpecText } from "../../src-main/contract/spec-text.ts";
import type { SpecText, TextPlace } from "../../src-main/contract/spec-text.ts";
import type { Inspection } from "../../src-main/contract/nouns.ts";
import { printSpec } from "./draft-print.ts";
import { countChanges, filled, isFields, isSame, keysOf, valueAt, wholeSpec, withKeyRenamed, withValueAt } from "./draft-value.ts";
import type { Fields } from "./draft-value.ts";

/** A sort of spec: what it is made of, how it is checked and completed, and where the layers stand whose shapes the workbench tells. */
export interface SpecSort {
  readonly whole: Param;
  readonly layers: string;
  check(value: unknown, catalog: Catalog): readonly Problem[];
  filled(value: unknown, catalog: Catalog): unknown;
}
const runs: SpecSort = { whole: wholeSpec, layers: "layers", check: (value, catalog) => checkRunSpec(value, catalog).problems, filled };

/** What a draft needs from outside. */
export interface DraftPorts<A extends Inspection = Inspection> {
  readonly catalog: Catalog;
  /** Asks the workbench what the spec would train. */
  inspect(spec: unknown): Promise<A>;
  /** Milliseconds, for joining quick edits into one step of undo. */
  now(): number;
  /** Runs something later; the returned function prevents it. */
  later(run: () => void, milliseconds: number): () => void;
  /** Takes the newest text, to be found again after leaving the page. */
  keep(text: string): void;
}

/** Edits of one place closer together than this are undone together. */
const joinWithinMs = 1000;
/** How long the draft rests before the workbench is asked. */
const restMs = 250;
const longestHistory = 200;

export class Draft<A extends Inspection = Inspection> {
  readonly catalog: Catalog;
  /** What the draft is compared with when changes are counted. */
  readonly base: unknown;
  /** The spec as it is written. */
  text = $state("");
  /** The newest value that could be read; while the text cannot be read, an older one. */
  value = $state.raw<Fields>({});
  /** The workbench's newest answer; `null` before the first. */
  inspection = $state.raw<A | null>(null);
  /** Why the workbench gave no answer; empty while it does. */
  inspectionFailure = $state.raw<Error | null>(null);
  isChecking = $state(false);

  #reading = $state.raw<SpecText>({ value: {}, problems: [], placeOf: () => null });
  /** What the workbench found that the check here does not see. Kept until its next answer. */
  #found = $state.raw<readonly Problem[]>([]);
  #past = $state.raw<readonly string[]>([]);
  #future = $state.raw<readonly string[]>([]);
  #lastEdit = { place: "", ms: Number.NEGATIVE_INFINITY };
  /** The layers that the shapes in `inspection` belong to. */
  #shapesOf: unknown = undefined;
  #version = 0;
  #cancel = (): void => undefined;
  readonly #ports: DraftPorts<A>;
  readonly #sort: SpecSort;

  /** What the declarations say of the draft, at once. */
  #checked = $derived.by((): readonly Problem[] => (this.#reading.problems.length > 0 ? this.#reading.problems : this.#sort.check(this.#reading.value, this.catalog)));
  /** Everything that is wrong, from the text's commas to the data's classes. */
  problems = $derived.by((): readonly Problem[] => {
    if (this.#reading.problems.length > 0) return this.#checked;
    return [...this.#checked, ...this.#found.filter((found) => !this.#checked.some((known) => isOne(known, found)))];
  });
  /** Whether the text can be read as a spec's object; while not, the form shows what was read last. */
  isReadable = $derived(this.#reading.problems.length === 0 && isFields(this.#reading.value));
  changes = $derived.by(() => countChanges(this.#sort.filled(this.base, this.catalog), this.#sort.filled(this.value, this.catalog)));
  canUndo = $derived(this.#past.length > 0);
  canRedo = $derived(this.#future.length > 0);

  /** Starts from `base`, or, where there is one, from the text `kept` from the last visit. */
  constructor(base: unknown, ports: DraftPorts<A>, kept: string | null = null, sort: SpecSort = runs) {
    this.#ports = ports;
    this.#sort = sort;
    this.catalog = ports.catalog;
    this.base = base;
    this.#read(kept ?? printSpec(base));
    if (!this.isReadable && isFields(base)) this.value = base;
    this.#askLater(0);
  }

  /** The person typed. */
  setText(text: string): void {
    if (text === this.text) return;
    this.#remember("text");
    this.#read(text);
    this.#settle();
  }

  /** The form changed one value; `undefined` leaves it to its default. Over an unreadable text, the last readable value is written again. */
  setAt(path: string, next: unknown): void {
    this.#write(path, withValueAt(this.value, path, next, this.catalog, this.#sort.whole));
  }

  /** Applies the value or name that a problem offers. */
  cure(problem: Problem): void {
    if (problem.cure === undefined) return;
    if (problem.code === "unknownKey") this.#write("", withKeyRenamed(this.value, problem.path, String(problem.cure), this.catalog, this.#sort.whole));
    else this.#write("", withValueAt(this.value, problem.path, problem.cure, this.catalog, this.#sort.whole));
  }

  /** Writes the last readable value again, over a text that cannot be read. */
  rewrite(): void {
    this.#write("", this.value);
  }

  /** Back to what the draft started from. */
  startOver(): void {
    this.#write("", this.base);
  }

  undo(): void {
    const last = this.#past.at(-1);
    if (last === undefined) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.text];
    this.#travel(last);
  }

  redo(): void {
    const next = this.#future.at(-1);
    if (next === undefined) return;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, this.text];
    this.#travel(next);
  }

  /** The workbench refused to start: its problems land at their fields and stay until its next answer. */
  refuse(problems: readonly Problem[]): void {
    this.#version++;
    this.#cancel();
    this.isChecking = false;
    this.#found = problems;
  }

  /** What is written at the path; `undefined` where nothing is. */
  at(path: string): unknown {
    return valueAt(this.value, path);
  }

  problemsAt(path: string): readonly Problem[] {
    return this.problems.filter((problem) => problem.path === path);
  }

  /** The problems at the path and anywhere below it. */
  problemsUnder(path: string): readonly Problem[] {
    return this.problems.filter((problem) => problem.path === path || problem.path.startsWith(`${path}.`));
  }

  /** Where in the text a problem is shown: where the writing broke, else at its path or the nearest thing written above it. */
  placeOf(problem: Problem): TextPlace | null {
    const at = this.#reading.problems.includes(problem) ? problem.at : undefined;
    return at?.line === undefined ? this.placeOfPath(problem.path) : placeIn(this.text, at.line, at.column ?? 1);
  }

  /** Where a path is written. */
  placeOfPath(path: string): TextPlace | null {
    return this.#reading.placeOf(keysOf(path).join("."));
  }

  /** Asks the workbench about the draft as it stands, without waiting for a rest. */
  askNow(): void {
    this.#askLater(0);
  }

  /** Lets go of what is planned; answers that are under way are dropped. */
  close(): void {
    this.#version++;
    this.#cancel();
  }

  #write(place: string, value: unknown): void {
    const text = printSpec(value);
    if (text === this.text) return;
    this.#remember(place === "" ? "" : `form ${place}`);
    this.#read(text);
    this.#settle();
  }

  #travel(text: string): void {
    this.#lastEdit = { place: "", ms: Number.NEGATIVE_INFINITY };
    this.#read(text);
    this.#settle();
  }

  #remember(place: string): void {
    const ms = this.#ports.now();
    const isJoined = place !== "" && place === this.#lastEdit.place && ms - this.#lastEdit.ms < joinWithinMs && this.#past.length > 0;
    if (!isJoined) this.#past = [...this.#past, this.text].slice(-longestHistory);
    this.#future = [];
    this.#lastEdit = { place, ms };
  }

  #read(text: string): void {
    const reading = readSpecText(text);
    this.text = text;
    this.#reading = { ...reading, problems: reading.problems.filter(isFirstBreak) };
    if (reading.problems.length === 0 && isFields(reading.value)) this.value = reading.value;
  }

  #settle(): void {
    this.#ports.keep(this.text);
    this.#askLater(restMs);
  }

  #askLater(milliseconds: number): void {
    const version = ++this.#version;
    this.#cancel();
    this.isChecking = this.isReadable;
    if (this.isReadable) this.#cancel = this.#ports.later(() => void this.#ask(version), milliseconds);
  }

  async #ask(version: number): Promise<void> {
    const checkedThen = this.#checked;
    const raw = this.#reading.value;
    try {
      const answer = await this.#ports.inspect(raw);
      if (version !== this.#version) return;
      this.#found = answer.problems.filter((found) => !checkedThen.some((known) => isOne(known, found)));
      this.inspection = this.#withShapes(answer, valueAt(raw, this.#sort.layers));
      this.inspectionFailure = null;
    } catch (error) {
      if (version !== this.#version) return;
      this.inspectionFailure = error as Error;
    }
    this.isChecking = false;
  }

  /** While a problem elsewhere hides the shapes, those of the same layers on the same data stay: a table that empties at each keystroke cannot be read. */
  #withShapes(answer: A, layers: unknown): A {
    const before = this.inspection;
    const isKnown = before !== null && answer.layers.length === 0 && answer.data !== null && before.data?.hash === answer.data.hash && isSame(layers, this.#shapesOf);
    this.#shapesOf = layers;
    return isKnown ? { ...answer, layers: before.layers, parameters: before.parameters } : answer;
  }
}


/** Where the writing itself breaks, what follows the first break are its consequences; what is wrong at a path of its own stays. */
const isFirstBreak = (problem: Problem, index: number): boolean => index === 0 || problem.path !== "";

const isOne = (a: Problem, b: Problem): boolean => a.path === b.path && a.code === b.code;

/** From a place to the end of its line. */
function placeIn(text: string, line: number, column: number): TextPlace {
  const lines = text.split("\n");
  const index = Math.min(line, lines.length) - 1;
  const start = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0);
  const length = lines[index]!.length;
  return { line: index + 1, column, from: start + Math.min(column - 1, length), to: start + length };
}
