/** A table of runs that stays true while they train: which runs the query admits, which columns, in which order, and what is selected. */

import type { Catalog } from "../../src-main/contract/checks.ts";
import { betterOf } from "../../src-main/contract/metric-direction.ts";
import type { ExperimentId, Run, RunId, RunRow, SortKey, TableLayout } from "../../src-main/contract/nouns.ts";
import { parseQuery } from "../../src-main/contract/query.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { numberIn, sortRows } from "./row-order.ts";

/** What is shown until a person chooses. */
export const usualColumns: readonly string[] = ["data", "optimizer", "optimizer.learningRate", "validation/accuracy", "validation/loss", "epochs", "time", "started"];
export const usualLayout: TableLayout = { columns: usualColumns, sort: [] };

/** A person who types is asked for at the end of a word; runs that train change ten times a second. */
const typingMs = 150;
const trainingMs = 300;
/** More changed runs than a call may name are read with all the others. */
const mostChanged = 200;

/** Runs `run` later and returns how to prevent it. */
export type Later = (run: () => void, ms: number) => () => void;

export class RunTable {
  /** Newest first; `null` while they are read. */
  rows = $state.raw<readonly RunRow[] | null>(null);
  /** The columns that the rows carry, in the order of their values; behind those wished for while these are read. */
  carried = $state.raw<readonly string[]>([]);
  /** How many runs there are, admitted or not. */
  total = $state(0);
  failure = $state.raw<Error | null>(null);
  /** The query as it is typed; while it cannot be read, the rows are those of the last one that could. */
  text = $state("");
  layout = $state.raw<TableLayout>(usualLayout);
  selected = $state.raw<ReadonlySet<RunId>>(new Set());
  /** The row that the keys act on. */
  cursor = $state<RunId | null>(null);
  readonly fault = $derived(parseQuery(this.text).fault);
  /** The rows in the order of the table. */
  readonly shown = $derived(sortRows(this.rows ?? [], this.carried, this.layout.sort));
  /** The selection in the order of the table. */
  readonly chosen: readonly RunRow[] = $derived(this.shown.filter((row) => this.selected.has(row.id)));
  readonly experimentId: ExperimentId | undefined;
  readonly #workbench: Workbench;
  readonly #later: Later;
  /** The last query that could be read. */
  #where = "";
  #changed = new Set<RunId>();
  #asked = 0;
  #preventLoad: () => void = () => undefined;
  #preventRefresh: (() => void) | null = null;

  constructor(workbench: Workbench, experimentId: ExperimentId | undefined, layout: TableLayout | null, text: string, later: Later) {
    this.#workbench = workbench;
    this.#later = later;
    this.experimentId = experimentId;
    this.layout = layout ?? usualLayout;
    this.text = text;
    if (this.fault === null) this.#where = text;
  }

  get isAsking(): boolean { return this.#where.trim() !== ""; }

  async load(): Promise<void> {
    this.#preventLoad();
    this.failure = null;
    const asked = ++this.#asked;
    const { columns } = this.layout;
    try {
      const { total, rows } = await this.#workbench.listRows({ experimentId: this.experimentId, where: this.#where, columns });
      // A later question has been asked meanwhile; its answer counts.
      if (asked !== this.#asked) return;
      this.total = total;
      this.carried = columns;
      this.rows = rows;
      this.#keep(rows);
    } catch (error) {
      if (asked === this.#asked) this.failure = error as Error;
    }
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
  take(run: Pick<Run, "id" | "experimentId">): void {
    if (this.rows === null || (this.experimentId !== undefined && run.experimentId !== this.experimentId)) return;
    this.#changed.add(run.id);
    this.#preventRefresh ??= this.#later(() => void this.#refresh(), trainingMs);
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
    if (runIds.length > mostChanged) return this.load();
    const asked = this.#asked;
    try {
      const { total, rows } = await this.#workbench.listRows({ experimentId: this.experimentId, where: this.#where, columns: this.carried, runIds });
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
    if (this.cursor !== null && !known.has(this.cursor)) this.cursor = null;
  }

  /** Shows these columns; a sort key that is no longer shown no longer counts. */
  show(columns: readonly string[]): TableLayout {
    this.layout = { columns, sort: this.layout.sort.filter(({ name }) => name === "name" || columns.includes(name)) };
    if (columns.some((name) => !this.carried.includes(name))) void this.load();
    return this.layout;
  }

  /** A head was chosen: its best side first, then turned round, then let go. `isMore` keeps the other keys. */
  sortBy(name: string, isMore: boolean, catalog: Catalog): TableLayout {
    const { columns, sort } = this.layout;
    const first = betterOf(name, catalog) === "higher" || name === "started" || name === "created" || name === "ended";
    const at = sort.findIndex((key) => key.name === name);
    const key = sort[at];
    const next: SortKey | null = key === undefined ? { name, isDescending: first } : key.isDescending === first ? { name, isDescending: !first } : null;
    const rest = isMore ? sort : sort.filter((one) => one.name === name);
    const place = rest.findIndex((one) => one.name === name);
    const replaced = place < 0 ? [...rest, ...(next === null ? [] : [next])] : next === null ? rest.toSpliced(place, 1) : rest.with(place, next);
    this.layout = { columns, sort: replaced };
    return this.layout;
  }

  /** Moves the cursor by so many rows and returns where it stands now; from nowhere it goes to the first row. */
  move(by: number): RunId | null {
    const at = this.shown.findIndex((row) => row.id === this.cursor);
    const to = at < 0 ? 0 : Math.max(0, Math.min(this.shown.length - 1, at + by));
    this.cursor = this.shown[to]?.id ?? null;
    return this.cursor;
  }

  toggle(id: RunId): void {
    const next = new Set(this.selected);
    if (!next.delete(id)) next.add(id);
    this.selected = next;
  }

  /** From the run toggled last to this one, as they stand. */
  selectRange(from: RunId, to: RunId): void {
    const ids = this.shown.map((row) => row.id);
    const ends = [ids.indexOf(from), ids.indexOf(to)].sort((a, b) => a - b);
    this.selected = new Set([...this.selected, ...ids.slice(Math.max(0, ends[0]!), ends[1]! + 1)]);
  }

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
