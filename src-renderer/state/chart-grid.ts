/** How a page's charts are arranged: their order, which are wide, which are left out. Pure; a chart is known by its id, and one that is new stands last. */

import type { ChartGrid } from "../../src-main/contract/nouns.ts";

export const plainGrid: ChartGrid = { order: [], wide: [], hidden: [] };

export interface Placed { readonly id: string; readonly isWide: boolean }

/** The charts there are, as a person arranged them. */
export function arranged(ids: readonly string[], { order, wide, hidden }: ChartGrid): { readonly shown: readonly Placed[]; readonly hidden: readonly string[] } {
  const known = [...order.filter((id) => ids.includes(id)), ...ids.filter((id) => !order.includes(id))];
  return { shown: known.filter((id) => !hidden.includes(id)).map((id) => ({ id, isWide: wide.includes(id) })), hidden: known.filter((id) => hidden.includes(id)) };
}

/** A chart before another one, or at the end. Charts of other runs that are not here now keep their places behind. */
export function placed(ids: readonly string[], grid: ChartGrid, id: string, before: string | null): ChartGrid {
  const { shown, hidden } = arranged(ids, grid);
  const rest = shown.map((one) => one.id).filter((one) => one !== id);
  const at = before === null ? rest.length : rest.indexOf(before);
  const order = [...rest.toSpliced(at < 0 ? rest.length : at, 0, id), ...hidden];
  return { ...grid, order: [...order, ...grid.order.filter((one) => !order.includes(one))] };
}

/** A chart one place earlier or later; at an end it stays. */
export function moved(ids: readonly string[], grid: ChartGrid, id: string, by: -1 | 1): ChartGrid {
  const shown = arranged(ids, grid).shown.map((one) => one.id);
  const at = shown.indexOf(id);
  if (shown[at + by] === undefined) return grid;
  return placed(ids, grid, id, by < 0 ? shown[at - 1]! : shown[at + 2] ?? null);
}

const toggled = (list: readonly string[], id: string): readonly string[] => (list.includes(id) ? list.filter((one) => one !== id) : [...list, id]);
export const widened = (grid: ChartGrid, id: string): ChartGrid => ({ ...grid, wide: toggled(grid.wide, id) });
export const hiddenOrShown = (grid: ChartGrid, id: string): ChartGrid => ({ ...grid, hidden: toggled(grid.hidden, id) });
export const isPlain = (grid: ChartGrid): boolean => grid.order.length + grid.wide.length + grid.hidden.length === 0;
