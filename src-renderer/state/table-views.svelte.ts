/** The saved views of the runs table: which one is shown, whether it was changed since, and where a layout is kept. Changes can be taken back. */

import type { SavedView, TableLayout } from "../../src-main/contract/nouns.ts";
import { t } from "../words/words.svelte.ts";
import type { AppContext } from "./context.ts";
import { sameLayout, usualLayout, type RunTable } from "./run-table.svelte.ts";

type Ports = Pick<AppContext, "route" | "preferences" | "troubles" | "deeds">;

export class TableViews {
  readonly #ports: Ports;
  readonly #table: RunTable;
  readonly #ask: (query: string) => void;
  readonly chosen: SavedView | null = $derived.by(() => viewIn(this.#ports));
  readonly isChanged: boolean = $derived.by(() => this.chosen !== null && (this.chosen.query !== this.#table.text || !sameLayout(this.chosen.layout, this.#table.layout)));

  /** `ask` puts a view's query where the page keeps it. */
  constructor(table: RunTable, ports: Ports, ask: (query: string) => void) {
    this.#table = table;
    this.#ports = ports;
    this.#ask = ask;
  }

  get all(): readonly SavedView[] { return this.#ports.preferences.settings.views; }

  /** A layout that a person made. */
  keep(layout: TableLayout): void {
    this.#store(layout);
    this.#ports.deeds.tell({ owner: this, isSeen: true, said: (words) => words.deeds.arranged, undo: () => this.#turned(this.#table.undo()), redo: () => this.#turned(this.#table.redo()) });
  }

  /** What was done last to this table, or one layout back. */
  undo(): void {
    const deed = this.#ports.deeds.lastOf(this);
    void (deed === null ? this.#turned(this.#table.undo()) : this.#ports.deeds.undo(deed));
  }

  redo(): void {
    const { deeds } = this.#ports;
    void (deeds.nextAgain?.owner === this ? deeds.redo() : this.#turned(this.#table.redo()));
  }

  /** "" is the table of all runs. */
  choose(name: string): void {
    const view = this.all.find((one) => one.name === name);
    this.#ports.route.setWish("view", view === undefined ? "" : name);
    this.#table.arrange(view?.layout ?? this.#ports.preferences.settings.runTable ?? usualLayout);
    this.#ask(view?.query ?? "");
  }

  /** What is shown, under that name. */
  save(name: string): void {
    const view: SavedView = { name, query: this.#table.text, layout: this.#table.layout };
    this.change(this.all.some((one) => one.name === name) ? this.all.map((one) => (one.name === name ? view : one)) : [...this.all, view]);
    this.#ports.route.setWish("view", name);
  }

  rename(from: string, to: string): void {
    this.change(this.all.map((view) => (view.name === from ? { ...view, name: to } : view)));
    this.#ports.route.setWish("view", to);
  }

  change(views: readonly SavedView[]): void {
    const { preferences, troubles, deeds } = this.#ports, before = this.all;
    void troubles.attempt(t().settings.failed, async () => {
      await preferences.change({ views });
      deeds.tell({ owner: this, isSeen: true, said: (words) => words.deeds.views, undo: () => preferences.change({ views: before }), redo: () => preferences.change({ views }) });
    });
  }

  /** The page is left: its deeds are no longer to be seen. */
  leave(): void { this.#ports.deeds.forget(this); }

  /** The layout of all runs is kept as it is changed; a saved view waits until it is saved. */
  #store(runTable: TableLayout): void {
    const { preferences, troubles } = this.#ports;
    if (this.chosen === null) void troubles.attempt(t().settings.failed, () => preferences.change({ runTable }));
  }

  async #turned(layout: TableLayout | null): Promise<void> { if (layout !== null) this.#store(layout); }
}

/** The view that the address names, if it is there. */
export const viewIn = ({ route, preferences }: Pick<Ports, "route" | "preferences">): SavedView | null => preferences.settings.views.find(({ name }) => name === route.wish("view")) ?? null;
