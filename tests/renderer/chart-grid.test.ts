/** The arrangement of charts: order, width, what is left out, and charts that come and go with the runs. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arranged, hiddenOrShown, isPlain, moved, placed, plainGrid, widened } from "../../src-renderer/state/chart-grid.ts";

const ids = ["loss", "accuracy", "f1"];
const shown = (grid = plainGrid, of: readonly string[] = ids) => arranged(of, grid).shown.map(({ id }) => id);

describe("charts", () => {
  it("stand as they come until a person moves them", () => {
    expect(shown()).toEqual(ids);
    expect(shown(moved(ids, plainGrid, "f1", -1))).toEqual(["loss", "f1", "accuracy"]);
    expect(shown(moved(ids, plainGrid, "loss", 1))).toEqual(["accuracy", "loss", "f1"]);
    expect(shown(moved(ids, plainGrid, "accuracy", 1))).toEqual(["loss", "f1", "accuracy"]);
    expect(shown(placed(ids, plainGrid, "f1", "loss"))).toEqual(["f1", "loss", "accuracy"]);
  });
  it("at an end stay there", () => {
    expect(shown(moved(ids, plainGrid, "loss", -1))).toEqual(ids);
    expect(shown(moved(ids, plainGrid, "f1", 1))).toEqual(ids);
  });
  it("are wide, left out, and back", () => {
    const grid = hiddenOrShown(widened(plainGrid, "f1"), "loss");
    expect(arranged(ids, grid)).toEqual({ shown: [{ id: "accuracy", isWide: false }, { id: "f1", isWide: true }], hidden: ["loss"] });
    expect(isPlain(hiddenOrShown(widened(grid, "f1"), "loss"))).toBe(true);
  });
  it("of other runs keep their places, and new ones stand last", () => {
    const grid = placed(ids, plainGrid, "f1", "loss");
    expect(shown(grid, ["accuracy", "rmse", "f1"])).toEqual(["f1", "accuracy", "rmse"]);
    const elsewhere = placed(["rmse", "accuracy"], grid, "accuracy", "rmse");
    expect(shown(elsewhere, ids)).toContain("loss");
    expect(shown(elsewhere, ["rmse", "accuracy"])).toEqual(["accuracy", "rmse"]);
  });
  it("are never lost nor doubled, whatever is moved", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(-1 as const, 1 as const)), { maxLength: 12 }), (moves) => {
      const grid = moves.reduce((before, [id, by]) => moved(ids, before, id, by), plainGrid);
      expect([...shown(grid)].sort()).toEqual([...ids].sort());
    }));
  });
});
