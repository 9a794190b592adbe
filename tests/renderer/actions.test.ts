import { describe, expect, it } from "vitest";
import { accelerator, actionIds, actions, type ActionId, type Where } from "../../src-main/contract/actions.ts";
import { Actions } from "../../src-renderer/state/actions.svelte.ts";
import { Deeds } from "../../src-renderer/state/deeds.svelte.ts";
import { chordOf, Sequence, shownKeys, type Press } from "../../src-renderer/state/shortcuts.ts";
import { en } from "../../src-renderer/words/en.ts";

const press = (key: string, over: Partial<Press> = {}): Press => ({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...over });

describe("the table of actions", () => {
  /** What Chrome, Firefox, Edge and Safari do not give away, or what people would miss: tabs, windows, reload, address, find, print, save, zoom, history, developer tools. */
  const browser = ["mod+n", "mod+t", "mod+w", "mod+q", "mod+r", "mod+l", "mod+f", "mod+p", "mod+s", "mod+d", "mod+h", "mod+j", "mod+o", "mod+u", "mod+e", "mod+g", "mod+b", "mod+shift+n", "mod+shift+t", "mod+shift+w", "mod+shift+i", "mod+shift+j", "mod+shift+r", "mod+shift+b", "mod+tab", "mod++", "mod+-", "mod+0", ...Array.from({ length: 9 }, (_, i) => `mod+${i + 1}`), "f1", "f3", "f5", "f7", "f11", "f12", "alt+arrowleft", "alt+arrowright", "tab", "shift+tab", " "];
  /** What Electron's roles and the systems take. */
  const electron = ["mod+c", "mod+x", "mod+v", "mod+a", "mod+m", "mod+shift+v", "mod+shift+c"];
  const together = (a: Where, b: Where): boolean => a === b || a === "anywhere" || b === "anywhere" || [a, b].includes("chart") && [a, b].some((one) => one === "run" || one === "compare");

  it("gives every action a key, and words in both languages", () => {
    for (const id of actionIds) {
      expect(actions[id].keys.length, id).toBeGreaterThan(0);
      expect(actions[id].zh, id).toMatch(/\p{Script=Han}/u);
      expect(actions[id].en, id).not.toMatch(/!|please/i);
    }
  });
  it("has no key twice where both could be meant", () => {
    const clashes = actionIds.flatMap((a, i) => actionIds.slice(i + 1).flatMap((b) => (together(actions[a].where, actions[b].where) ? actions[a].keys.filter((key) => actions[b].keys.includes(key)).map((key) => `${key}: ${a}, ${b}`) : [])));
    expect(clashes).toEqual([]);
  });
  it("has no key by itself that begins two keys one after the other", () => {
    const firsts = new Set(actionIds.flatMap((id) => actions[id].keys.filter((key) => key.includes(" ")).map((key) => key.split(" ")[0]!)));
    expect(actionIds.flatMap((id) => actions[id].keys.filter((key) => firsts.has(key)))).toEqual([]);
  });
  it("leaves to browsers and Electron what is theirs", () => { expect(actionIds.flatMap((id) => actions[id].keys.filter((key) => browser.includes(key) || electron.includes(key)))).toEqual([]); });
  it.each([["undo", "CmdOrCtrl+Z"], ["redo", "CmdOrCtrl+Shift+Z"], ["settings", "CmdOrCtrl+,"], ["start", "CmdOrCtrl+Return"], ["newRun", null]] as const)("writes the keys of %s for Electron", (id, wanted) => { expect(accelerator(id)).toBe(wanted); });
});

describe("a pressed key", () => {
  it.each([
    [press("n"), "n"], [press("N", { shiftKey: true }), "shift+n"], [press("?", { shiftKey: true }), "?"], [press("k", { ctrlKey: true }), "mod+k"], [press("k", { metaKey: true }), "mod+k"], [press("Z", { ctrlKey: true, shiftKey: true }), "mod+shift+z"],
    [press("F6", { shiftKey: true }), "shift+f6"], [press("т", { code: "KeyN" }), "n"], [press("Process", { code: "KeyG" }), "g"], [press("Shift", { shiftKey: true }), null], [press("n", { altKey: true }), null],
  ])("%o is %s", (given, wanted) => { expect(chordOf(given)).toBe(wanted); });
  it("waits for the second of two keys, but not for long", () => {
    const sequence = new Sequence();
    const take = (chord: string, ms: number) => sequence.take(chord, ms, (whole) => whole === "g h", (first) => first === "g");
    expect([take("g", 0), take("h", 1000)]).toEqual([null, "g h"]);
    expect([take("g", 2000), take("h", 4000)]).toEqual([null, "h"]);
    expect([take("g", 5000), take("x", 5100)]).toEqual([null, "x"]);
  });
  it.each([["mod+shift+z", false, "Ctrl Shift Z"], ["mod+,", true, "⌘ ,"], ["g h", false, "G H"], ["arrowdown", false, "↓"], ["+", false, "+"], ["mod+\\", false, "Ctrl \\"]])("%s is shown as %s", (chord, isMac, wanted) => { expect(shownKeys(chord, isMac)).toBe(wanted); });
});

describe("offers", () => {
  it("are taken from whoever came last and can, and end", () => {
    const actions = new Actions(() => true);
    const done: string[] = [];
    let canTable = true;
    actions.offer({ undo: () => { done.push("frame"); } });
    const end = actions.offer({ undo: { act: () => { done.push("table"); }, isReady: () => canTable, cost: () => "1 step" } });
    expect([actions.run("undo"), actions.costOf("undo")]).toEqual([true, "1 step"]);
    canTable = false;
    actions.run("undo");
    end();
    canTable = true;
    actions.run("undo");
    expect(done).toEqual(["table", "frame", "frame"]);
    expect([actions.can("stop"), actions.run("stop" satisfies ActionId)]).toEqual([false, false]);
  });
});

describe("deeds", () => {
  const world = () => {
    const state: string[] = [];
    const failed: string[] = [];
    const deeds = new Deeds((deed, error) => { failed.push(`${deed.said(en)}: ${error.message}`); });
    const deed = (name: string, over = {}) => ({ said: () => name, undo: async () => { state.push(`-${name}`); }, redo: async () => { state.push(`+${name}`); }, ...over });
    return { deeds, state, failed, deed };
  };
  it("go back in the order they came, and forward again", async () => {
    const { deeds, state, deed } = world();
    deeds.tell(deed("a"));
    deeds.tell(deed("b"));
    await deeds.undo();
    await deeds.undo();
    await deeds.redo();
    expect([state, deeds.next?.said(en), deeds.nextAgain?.said(en)]).toEqual([["-b", "-a", "+a"], "a", "b"]);
    deeds.tell(deed("c"));
    expect(deeds.canRedo).toBe(false);
  });
  it("are undone by their own toast wherever they stand, and the toast goes", async () => {
    const { deeds, state, deed } = world();
    deeds.tell(deed("a"));
    deeds.tell(deed("b"));
    await deeds.undo(deeds.toasts[0]!.deed);
    expect([state, deeds.toasts.map(({ said }) => said(en)), deeds.next?.said(en)]).toEqual([["-a"], ["b", "Taken back: a"], "b"]);
  });
  it("that cannot be undone say so once and stand in nobody's way", async () => {
    const { deeds, failed, deed } = world();
    deeds.tell(deed("a", { undo: () => Promise.reject(new Error("it is gone")) }));
    await deeds.undo();
    expect([failed, deeds.canUndo]).toEqual([["a: it is gone"], false]);
  });
  it("are taken back one after the other, a press for each, though the one before is still under way; none twice", async () => {
    const { deeds, state, deed } = world();
    const slow = Promise.withResolvers<undefined>();
    deeds.tell(deed("a"));
    deeds.tell(deed("b", { undo: async () => { await slow.promise; state.push("-b"); } }));
    const b = deeds.next;
    const pressed = [deeds.undo(), deeds.undo(b), deeds.undo(), deeds.undo()];
    expect(state).toEqual([]);
    slow.resolve(undefined);
    await Promise.all(pressed);
    expect([state, deeds.canUndo]).toEqual([["-b", "-a"], false]);
  });
  it("of a page are forgotten with it; seen ones make no toast", () => {
    const { deeds, deed } = world();
    const page = {};
    deeds.tell(deed("a", { owner: page, isSeen: true }));
    expect([deeds.toasts.length, deeds.lastOf(page)?.said(en)]).toEqual([0, "a"]);
    deeds.forget(page);
    expect(deeds.canUndo).toBe(false);
  });
});
