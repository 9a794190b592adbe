/** A table of runs that stays true while they train: which runs the query admits, in which groups, columns and order, and what is selected. */

import type { Catalog } from "../../src-main/contract/checks.ts";
import type { Grouping, GroupRow, TableBaseline } from "../../src-main/contract/comparison.ts";
import { betterOf } from "../../src-main/contract/metric-direction.ts";
import type { ExperimentId, Run, RunId, RunRow, RunRows, SortKey, TableLayout } from "../../src-main/contract/nouns.ts";
import { parseQuery } from "../../src-main/contract/query.ts";
import { metricOf } from "../../src-main/contract/query-names.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { numberIn, sortGroups, sortRows } from "./row-order.ts";
import { usualColumns } from "./usual-columns.ts";

/** How the table looks until a person chooses. */
export const usualLayout: TableLayout = { columns: usualColumns, sort: [], curves: ["validation/loss"] };
const usualGrouping: Grouping = { kind: "allButSeed" };

/** Whether two layouts say the same, in whatever order their keys stand. */
export const sameLayout = (a: TableLayout, b: TableLayout): boolean => inOrder(a) === inOrder(b);
const inOrder = (layout: TableLayout): string => JSON.stringify(layout, (_, value: unknown) => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1))) : value));

/** What a line of the table stands for. A group of one run is that run. */
export type Item = { readonly kind: "group"; readonly id: string; readonly group: GroupRow; readonly isOpen: boolean } | { readonly kind: "run"; readonly id: RunId; readonly row: RunRow; readonly isMember: boolean };

/** A person who types is asked for at the end of a word; runs that train change ten times a second. */
const typingMs = 150;
const trainingMs = 300;
/** A group's mean needs all its runs, so all are asked for again, less often. */
const groupedMs = 1000;
/** How many layouts can be taken back. */
const mostUndone = 50;
/** More changed runs than a call may name are read with all the others. */
const mostChanged = 200;

/** Runs `run` later and returns how to prevent it. */
export type Later = (run: () => void, ms: number) => () => void;

/** The last table's rows: who comes back to it sees them at once, while they are read anew. */
export class LastRows {
  #question = "";
  #answer: RunRows | null = null;

  keep(question: string, answer: RunRows): void { [this.#question, this.#answer] = [question, answer]; }
  of(question: string): RunRows | null { return question === this.#question ? this.#answer : null; }
}

export class RunTable {
  /** Newest first; `null` while they are read. */
  rows = $state.raw<readonly RunRow[] | null>(null);
  /** The columns that the rows carry, in the order of their values; behind those wished for while these are read. */
  carried = $state.raw<readonly string[]>([]);
  /** What the rows are held against, and in which metrics, as they were last read. */
  baselines = $state.raw<readonly TableBaseline[]>([]);
  compared = $state.raw<readonly string[]>([]);
  /** How many runs there are, admitted or not. */
  total = $state(0);
  failure = $state.raw<Error | null>(null);
  /** The query as it is typed; while it cannot be read, the rows are those of the last one that could. */
  text = $state("");
  layout = $state.raw<TableLayout>(usualLayout);
  /** Metrics with a difference beside them: those a person chose, else the first that is shown. */
  readonly deltas: readonly string[] = $derived(this.layout.deltas ?? this.layout.columns.filter((name) => metricOf(name) !== null).slice(0, 1));
  selected = $state.raw<ReadonlySet<RunId>>(new Set());
  /** The line that the keys act on: a run's or a group's id. */
  cursor = $state<string | null>(null);
  readonly fault = $derived(parseQuery(this.text).fault);
  readonly grouping: Grouping = $derived(this.layout.grouping ?? usualGrouping);
  /** As the rows were last read; empty where each run stands by itself. */
  groups = $state.raw<readonly GroupRow[]>([]);
  /** Groups whose runs are shown. */
  open = $state.raw<ReadonlySet<string>>(new Set());
  readonly #byId = $derived(new Map((this.rows ?? []).map((row) => [row.id, row])));
  readonly #sortedGroups = $derived(sortGroups(this.groups, this.carried, this.layout.sort));
  /** The rows in the order of the table, those of closed groups too. */
  readonly shown: readonly RunRow[] = $derived(this.groups.length === 0 ? sortRows(this.rows ?? [], this.carried, this.layout.sort) : this.#sortedGroups.flatMap((group) => group.runIds.flatMap((id) => this.#byId.get(id) ?? [])));
  /** The lines of the table from top to bottom. */
  readonly items: readonly Item[] = $derived.by(() => {
    if (this.groups.length === 0) return this.shown.map((row) => ({ kind: "run", id: row.id, row, isMember: false }));
    return this.#sortedGroups.flatMap((group): Item[] => {
      const rows = group.runIds.flatMap((id) => this.#byId.get(id) ?? []);
      const only = rows.length === 1 ? rows[0] : undefined;
      if (only !== undefined) return [{ kind: "run", id: only.id, row: only, isMember: false }];
      const isOpen = this.open.has(group.id);
      return [{ kind: "group", id: group.id, group, isOpen }, ...(isOpen ? rows.map((row): Item => ({ kind: "run", id: row.id, row, isMember: true })) : [])];
    });
  });
  /** The selection in the order of the table. */
  readonly chosen: readonly RunRow[] = $derived(this.shown.filter((row) => this.selected.has(row.id)));
  readonly experimentId: ExperimentId | undefined;
  readonly #workbench: Workbench;
  readonly #later: Later;
  readonly #last: LastRows;
  /** The last query that could be read, and the one that the rows answer. */
  #where = "";
  #answered = $state("");
  #changed = new Set<RunId>();
  /** A run that is its experiment's baseline is among the changed ones. */
  #isMarked = false;
  #asked = 0;
  #preventLoad: () => void = () => undefined;
  #preventRefresh: (() => void) | null = null;
  #past = $state.raw<readonly TableLayout[]>([]);
  #future = $state.raw<readonly TableLayout[]>([]);

  constructor(workbench: Workbench, experimentId: ExperimentId | undefined, layout: TableLayout | null, text: string, later: Later, last = new LastRows()) {
    this.#workbench = workbench;
    this.#later = later;
    this.#last = last;
    this.experimentId = experimentId;
    this.layout = layout ?? usualLayout;
    this.text = text;
    if (this.fault === null) this.#where = text;
    const question = this.#question();
    const known = last.of(JSON.stringify(question));
    if (known !== null) this.#show(known, question);
  }

  /** Whether the rows that are shown are those that a query asked for: while the next answer is waited for, that is not what is typed. */
  get isAsking(): boolean { return this.#answered.trim() !== ""; }

  async load(): Promise<void> {
    this.#preventLoad();
    this.failure = null;
    this.#isMarked = false;
    const asked = ++this.#asked;
    const question = this.#question();
    try {
      const answer = await this.#workbench.listRows(question);
      // A later question has been asked meanwhile; its answer counts.
      if (asked !== this.#asked) return;
      this.#last.keep(JSON.stringify(question), answer);
      this.#show(answer, question);
    } catch (error) {
      if (asked === this.#asked) this.failure = error as Error;
    }
  }

  #question() {
    const { experimentId, grouping, deltas, layout: { columns } } = this;
    return { experimentId, where: this.#where, columns, deltas, ...(grouping.kind === "eachRun" ? {} : { grouping }) };
  }

  #show({ total, rows, groups, baselines }: RunRows, { where, columns, deltas }: { readonly where: string; readonly columns: readonly string[]; readonly deltas: readonly string[] }): void {
    this.total = total;
    this.#answered = where;
    this.carried = columns;
    this.rows = rows;
    this.groups = groups;
    this.baselines = baselines;
    this.compared = deltas;
    this.#keep(rows);
  }

  /** Takes a query as it is typed and asks for its runs once the person pauses. */
  ask(text: string): void {
    this.text = text;
    if (this.fault !== null || text === this.#where) return;
    this.#where = text;
    this.#preventLoad();
    this.#preventLoad = this.#later(() => void this.load(), typingMs);
  }

  /** A run changed or is new: soon the query is asked about it again. */
  take(run: Pick<Run, "id" | "experimentId"> & Partial<Pick<Run, "isBaseline">>): void {
    if (this.rows === null || (this.experimentId !== undefined && run.experimentId !== this.experimentId)) return;
    this.#changed.add(run.id);
    this.#isMarked ||= run.isBaseline === true;
    this.#preventRefresh ??= this.#later(() => void this.#refresh(), this.groups.length === 0 ? trainingMs : groupedMs);
  }

  /** Nothing is asked any more. */
  leave(): void {
    this.#preventLoad();
    this.#preventRefresh?.();
  }

  async #refresh(): Promise<void> {
    this.#preventRefresh = null;
    const runIds = [...this.#changed];
    this.#changed = new Set();
    // A new baseline moves every difference.
    const ofBaseline = this.baselines.flatMap((one) => one.runIds);
    if (runIds.length > mostChanged || runIds.some((id) => ofBaseline.includes(id)) || this.#isMarked || this.grouping.kind !== "eachRun") return this.load();
    const asked = this.#asked;
    try {
      const { total, rows } = await this.#workbench.listRows({ experimentId: this.experimentId, where: this.#answered, columns: this.carried, deltas: this.compared, runIds });
      if (asked !== this.#asked) return;
      this.total = total;
      this.rows = merged(this.rows ?? [], new Set(runIds), rows);
      this.#keep(this.rows);
    } catch (error) {
      if (asked === this.#asked) this.failure = error as Error;
    }
  }

  /** What is no longer there is no longer selected. */
  #keep(rows: readonly RunRow[]): void {
    const known = new Set(rows.map((row) => row.id));
    if ([...this.selected].some((id) => !known.has(id))) this.selected = new Set([...this.selected].filter((id) => known.has(id)));
    if (this.cursor !== null && !known.has(this.cursor) && !this.groups.some(({ id }) => id === this.cursor)) this.cursor = null;
  }

  /** Shows these columns; a sort key that is no longer shown no longer counts. */
  show(columns: readonly string[]): TableLayout {
    const pinned = this.layout.pinned?.filter((name) => columns.includes(name));
    return this.#arrange({ ...this.layout, columns, sort: this.layout.sort.filter(({ name }) => name === "name" || columns.includes(name)), ...(pinned === undefined ? {} : { pinned }) });
  }

  groupBy(grouping: Grouping): TableLayout { return this.#arrange({ ...this.layout, grouping }); }

  /** Draws these metrics as small curves behind the columns. */
  drawCurves(curves: readonly string[]): TableLayout { return this.#arrange({ ...this.layout, curves }); }

  /** Puts the difference to the baseline beside these metrics. */
  holdAgainst(deltas: readonly string[]): TableLayout { return this.#arrange({ ...this.layout, deltas }); }

  /** Puts standard deviation, smallest and largest beside the means of these metrics. */
  spread(spreads: readonly string[]): TableLayout { return this.#arrange({ ...this.layout, spreads }); }

  /** Keeps a column at the left, or lets it move again. */
  pin(name: string): TableLayout {
    const pinned = this.layout.pinned ?? [];
    return this.#arrange({ ...this.layout, pinned: pinned.includes(name) ? pinned.filter((one) => one !== name) : [...pinned, name] });
  }

  /** A column's width in pixels; null for its own. */
  resize(name: string, width: number | null): TableLayout {
    const { [name]: _, ...others } = this.layout.widths ?? {};
    return this.#arrange({ ...this.layout, widths: width === null ? others : { ...others, [name]: width } });
  }

  /** Puts a column before another, or at the end. */
  moveColumn(name: string, before: string | null): TableLayout {
    const rest = this.layout.columns.filter((one) => one !== name);
    const at = before === null ? rest.length : rest.indexOf(before);
    return this.#arrange({ ...this.layout, columns: rest.toSpliced(at < 0 ? rest.length : at, 0, name) });
  }

  /** The whole layout at once: a saved view. */
  arrange(layout: TableLayout): TableLayout { return this.#arrange(layout); }

  get canUndo(): boolean { return this.#past.length > 0; }
  get canRedo(): boolean { return this.#future.length > 0; }
  /** Takes the last change of the layout back; null where there is none. */
  undo(): TableLayout | null {
    const before = this.#past.at(-1);
    if (before === undefined) return null;
    this.#future = [...this.#future, this.layout];
    this.#past = this.#past.slice(0, -1);
    return this.#take(before);
  }
  redo(): TableLayout | null {
    const after = this.#future.at(-1);
    if (after === undefined) return null;
    this.#past = [...this.#past, this.layout];
    this.#future = this.#future.slice(0, -1);
    return this.#take(after);
  }

  #arrange(layout: TableLayout): TableLayout {
    this.#past = [...this.#past, this.layout].slice(-mostUndone);
    this.#future = [];
    return this.#take(layout);
  }

  /** Reads again where the rows at hand do not answer. */
  #take(layout: TableLayout): TableLayout {
    const before = JSON.stringify(this.grouping);
    this.layout = layout;
    // Where there is no baseline, no other metric has one either.
    const lacksDelta = (this.compared.length === 0 || this.baselines.length > 0) && this.deltas.some((name) => !this.compared.includes(name));
    if (layout.columns.some((name) => !this.carried.includes(name)) || lacksDelta || JSON.stringify(this.grouping) !== before) void this.load();
    return layout;
  }

  /** A head was chosen: its best side first, then turned round, then let go. `isMore` keeps the other keys. */
  sortBy(name: string, isMore: boolean, catalog: Catalog): TableLayout {
    const { sort } = this.layout;
    const first = betterOf(name, catalog) === "higher" || name === "started" || name === "created" || name === "ended";
    const at = sort.findIndex((key) => key.name === name);
    const key = sort[at];
    const next: SortKey | null = key === undefined ? { name, isDescending: first } : key.isDescending === first ? { name, isDescending: !first } : null;
    const rest = isMore ? sort : sort.filter((one) => one.name === name);
    const place = rest.findIndex((one) => one.name === name);
    const replaced = place < 0 ? [...rest, ...(next === null ? [] : [next])] : next === null ? rest.toSpliced(place, 1) : rest.with(place, next);
    return this.#arrange({ ...this.layout, sort: replaced });
  }

  /** Moves the cursor by so many lines and returns where it stands now; from nowhere it goes to the first. */
  move(by: number): string | null {
    const at = this.items.findIndex((item) => item.id === this.cursor);
    const to = at < 0 ? 0 : Math.max(0, Math.min(this.items.length - 1, at + by));
    this.cursor = this.items[to]?.id ?? null;
    return this.cursor;
  }

  /** Shows a group's runs, or hides them: then the cursor stands on the group. */
  fold(id: string, isOpen: boolean): void {
    const item = this.items.find((one) => one.id === id);
    const group = item?.kind === "group" ? id : item?.isMember === true ? this.groups.find(({ runIds }) => runIds.includes(id))?.id : undefined;
    if (group === undefined) return;
    const next = new Set(this.open);
    if (isOpen) next.add(group);
    else next.delete(group);
    this.open = next;
    if (!isOpen) this.cursor = group;
  }

  /** All runs of a group, or one run; a group that is selected in part becomes selected whole. */
  toggle(id: string): void {
    const runIds = this.#runsOf(id);
    const isOn = runIds.every((one) => this.selected.has(one));
    const next = new Set(this.selected);
    for (const one of runIds) if (isOn) next.delete(one); else next.add(one);
    this.selected = next;
  }

  /** How much of a line is selected. */
  selection(id: string): "none" | "part" | "all" {
    const runIds = this.#runsOf(id);
    const n = runIds.filter((one) => this.selected.has(one)).length;
    return n === 0 ? "none" : n === runIds.length ? "all" : "part";
  }

  #runsOf(id: string): readonly RunId[] { return this.groups.find((group) => group.id === id)?.runIds ?? [id]; }

  /** From the line toggled last to this one, as they stand. */
  selectRange(from: string, to: string): void {
    const ids = this.items.map((item) => item.id);
    const ends = [ids.indexOf(from), ids.indexOf(to)].sort((a, b) => a - b);
    this.selected = new Set([...this.selected, ...ids.slice(Math.max(0, ends[0]!), ends[1]! + 1).flatMap((id) => this.#runsOf(id))]);
  }

  /** Groups the selection touches. */
  readonly chosenGroups: readonly GroupRow[] = $derived(this.#sortedGroups.filter(({ runIds }) => runIds.some((id) => this.selected.has(id))));

  toggleAll(): void { this.selected = this.isWhole ? new Set() : new Set(this.shown.map((row) => row.id)); }
  clear(): void { this.selected = new Set(); }
  get isWhole(): boolean { return this.rows !== null && this.rows.length > 0 && this.selected.size === this.rows.length; }
}

/** The rows with those that were asked about replaced, added or gone; newest first as before. */
function merged(rows: readonly RunRow[], asked: ReadonlySet<RunId>, found: readonly RunRow[]): readonly RunRow[] {
  const fresh = new Map(found.map((row) => [row.id, row]));
  const kept = rows.flatMap((row) => {
    if (!asked.has(row.id)) return [row];
    const now = fresh.get(row.id);
    fresh.delete(row.id);
    return now === undefined ? [] : [now];
  });
  return fresh.size === 0 ? kept : [...kept, ...fresh.values()].sort((a, b) => numberIn(b.id) - numberIn(a.id));
}
