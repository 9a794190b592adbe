/** The saved views of the runs table. */

import { expect, it } from "vitest";
import type { SavedView, TableLayout } from "../../src-main/contract/nouns.ts";
import type { AppContext } from "../../src-renderer/state/context.ts";
import type { Deed } from "../../src-renderer/state/deeds.svelte.ts";
import type { RunTable } from "../../src-renderer/state/run-table.svelte.ts";
import { TableViews, viewIn } from "../../src-renderer/state/table-views.svelte.ts";

const layout = (name: string): TableLayout => ({ columns: [name], sort: [] });
const adam: SavedView = { name: "adam", query: "optimizer.kind = adam", layout: layout("loss") };

/** A table that shows `shown` under `text`, with these views kept and `wish` in the address. */
function bench({ views = [adam], wish = "", text = "", shown = layout("state") }: { views?: readonly SavedView[]; wish?: string; text?: string; shown?: TableLayout } = {}) {
  const settings: { views: readonly SavedView[]; runTable: TableLayout | null } = { views, runTable: layout("usual") };
  const told: Pick<Deed, "undo" | "redo">[] = [], asked: string[] = [], arranged: TableLayout[] = [], address: Record<string, string> = { view: wish };
  const table = { text, layout: shown, arrange: (to: TableLayout) => { arranged.push(to); } } as unknown as RunTable;
  const ports = {
    route: { wish: (name: string) => address[name] ?? "", setWish: (name: string, value: string) => { address[name] = value; } },
    preferences: { settings, change: async (changed: Partial<typeof settings>) => { Object.assign(settings, changed); } },
    troubles: { attempt: (_: string, work: () => Promise<void>) => work() }, deeds: { tell: (deed: Deed) => { told.push(deed); } },
  } as unknown as Pick<AppContext, "route" | "preferences" | "troubles" | "deeds">;
  return { views: new TableViews(table, ports, (query) => { asked.push(query); }), ports, settings, told, asked, arranged, address };
}

it("a view is its query and its layout, and the table of all runs the one that is kept", () => {
  const { views, asked, arranged, address } = bench();
  views.choose("adam");
  expect([asked, arranged, address["view"]]).toEqual([[adam.query], [adam.layout], "adam"]);
  views.choose("");
  expect([asked.at(-1), arranged.at(-1), address["view"]]).toEqual(["", layout("usual"), ""]);
});

it.each([[adam.query, adam.layout, false], ["", adam.layout, true], [adam.query, layout("state"), true]])("shown under %j as %j, the chosen one is changed: %s", (text, shown, isChanged) => {
  expect(bench({ wish: "adam", text, shown }).views.isChanged).toBe(isChanged);
});

it("an address that names no view chooses none", () => {
  const { views, ports } = bench({ wish: "gone" });
  expect([views.chosen, views.isChanged, viewIn(ports)]).toEqual([null, false, null]);
});

it("what is shown is saved under a name, new or known, and the change is taken back", async () => {
  const { views, settings, told, address } = bench({ text: "seed = 1" });
  views.save("one");
  await Promise.resolve();
  expect(settings.views).toEqual([adam, { name: "one", query: "seed = 1", layout: layout("state") }]);
  expect(address["view"]).toBe("one");
  await told[0]!.undo();
  expect(settings.views).toEqual([adam]);
  views.save("adam");
  await Promise.resolve();
  expect(settings.views).toEqual([{ name: "adam", query: "seed = 1", layout: layout("state") }]);
});

it("a layout made by hand is kept where no view is chosen, and waits where one is", async () => {
  const all = bench(), one = bench({ wish: "adam" });
  all.views.keep(layout("new"));
  one.views.keep(layout("new"));
  await Promise.resolve();
  expect([all.settings.runTable, one.settings.runTable]).toEqual([layout("new"), layout("usual")]);
  expect([all.told.length, one.told.length]).toEqual([1, 1]);
});

it("a view is renamed in its place", async () => {
  const { views, settings, address } = bench({ views: [adam, { ...adam, name: "b" }], wish: "adam" });
  views.rename("adam", "Adam runs");
  await Promise.resolve();
  expect([settings.views.map(({ name }) => name), address["view"]]).toEqual([["Adam runs", "b"], "Adam runs"]);
});
