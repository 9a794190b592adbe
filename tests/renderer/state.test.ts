import { describe, expect, it } from "vitest";
import { Refused, takeToken } from "../../src-renderer/client.ts";
import { WorkbenchActivity } from "../../src-renderer/state/activity.svelte.ts";
import { Connection } from "../../src-renderer/state/connection.svelte.ts";
import { defaultSettings } from "../../src-main/contract/default-settings.ts";
import { Preferences } from "../../src-renderer/state/preferences.svelte.ts";
import { readPath, Route } from "../../src-renderer/state/route.svelte.ts";
import { Troubles } from "../../src-renderer/state/troubles.svelte.ts";
import { language } from "../../src-renderer/words/words.svelte.ts";
import type { WorkbenchEvent } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { aRun } from "./support/runs.ts";

describe("the route", () => {
  it.each([
    ["/", "home", []], ["", "home", []], ["/runs", "runs", []], ["/runs/r-12", "run", ["r-12"]], ["/experiments/e-1", "experiment", ["e-1"]], ["/compare/r-1,r-2", "compare", ["r-1", "r-2"]],
    ["/compare", "compare", []], ["/new", "new", []], ["/new/r-12", "new", ["r-12"]], ["/new/example/digits", "new", ["example", "digits"]], ["/data", "data", []], ["/settings", "settings", []],
    ["/runs/r-1/more", "unknown", []], ["/nowhere", "unknown", []], ["/runs/%zz", "run", ["%zz"]],
  ])("%s is the page %s", (path, page, parts) => { expect(readPath(path)).toEqual({ page, parts }); });

  it("keeps a wish in the address, in place, and lets go of it on another page", () => {
    const written: string[] = [];
    const place = { location: { hash: "#/runs?q=seed+%3D+1%20and%20name+~+%22a%26b%22" }, history: { replaceState: (_: unknown, __: string, address: string) => { written.push(address); } }, addEventListener: () => undefined };
    const route = new Route(place as unknown as Window);
    expect([route.page, route.path, route.wish("q"), route.wish("z")]).toEqual(["runs", "/runs", 'seed = 1 and name ~ "a&b"', ""]);
    route.setWish("q", "seed = 2");
    expect([route.wish("q"), written]).toEqual(["seed = 2", ["#/runs?q=seed+%3D+2"]]);
    route.setWish("q", "");
    expect([route.wish("q"), written.at(-1)]).toEqual(["", "#/runs"]);
    route.go("/runs?q=x");
    expect([route.path, route.wish("q")]).toEqual(["/runs", "x"]);
    route.go("/data");
    expect(route.wish("q")).toBe("");
  });

  it("follows the address and writes it", () => {
    let heard: () => void = () => undefined;
    const place = { location: { hash: "#/runs/r-3" }, addEventListener: (_: string, listener: () => void) => { heard = listener; } };
    const route = new Route(place as unknown as Window);
    expect([route.page, route.parts]).toEqual(["run", ["r-3"]]);
    route.go("/data");
    expect([route.page, place.location.hash]).toEqual(["data", "/data"]);
    place.location.hash = "#/settings";
    heard();
    expect(route.page).toBe("settings");
  });
});

describe("the token", () => {
  function page(hash: string, stored: string | null = null) {
    const kept = new Map(stored === null ? [] : [["descent.token", stored]]);
    const addresses: string[] = [];
    const window = {
      location: { hash, pathname: "/" }, history: { replaceState: (_: unknown, __: string, address: string) => { addresses.push(address); } },
      sessionStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => { kept.set(key, value); } },
    };
    return { window: window as unknown as Window, kept, addresses };
  }
  it("is taken out of the address and kept for the tab", () => {
    const { window, kept, addresses } = page("#token=ab-C_1");
    expect(takeToken(window)).toBe("ab-C_1");
    expect([kept.get("descent.token"), addresses]).toEqual(["ab-C_1", ["/#/"]]);
  });
  it("leaves the path that follows it", () => {
    const { window, addresses } = page("#token=abc&/runs/r-1");
    takeToken(window);
    expect(addresses).toEqual(["/#/runs/r-1"]);
  });
  it("is found again after a reload, and is null where there never was one", () => {
    expect(takeToken(page("#/runs", "abc").window)).toBe("abc");
    expect(takeToken(page("#/runs").window)).toBeNull();
  });
});

describe("the connection", () => {
  const due: { run: () => void; ms: number }[] = [];
  const later = (run: () => void, ms: number) => { due.push({ run, ms }); return () => undefined; };
  const line = (answer: string) => ({ about: () => Promise.resolve(answer), watchRun: () => (async function* () { yield await Promise.resolve(1); })() }) as unknown as Workbench;

  it("keeps one workbench over a broken line, and rejects while there is none", async () => {
    due.length = 0;
    const closes: (() => void)[] = [];
    let opened = 0;
    const connection = new Connection(() => Promise.resolve({ workbench: line(`line ${++opened}`), onClose: (listener) => { closes.push(listener); } }), later);
    const { workbench } = connection;
    await expect(workbench.about({})).rejects.toMatchObject({ code: "lineLost" });
    await connection.open();
    expect(await workbench.about({})).toBe("line 1");
    closes[0]!();
    expect(connection.phase).toBe("lost");
    await expect(workbench.about({})).rejects.toMatchObject({ code: "lineLost" });
    await expect((async () => { for await (const _ of workbench.watchRun({ runId: "r-1", since: 0 })) throw new Error("nothing comes"); })()).rejects.toMatchObject({ code: "lineLost" });
    const open = connection.whenOpen();
    due.at(-1)!.run();
    await open;
    expect([await workbench.about({}), connection.lines, connection.phase]).toEqual(["line 2", 2, "open"]);
  });

  it("waits longer after every failure, five seconds at most", async () => {
    due.length = 0;
    const connection = new Connection(() => Promise.reject(new Error("nobody there")), later);
    for (let i = 0; i < 6; i++) await connection.open();
    expect(due.map(({ ms }) => ms)).toEqual([500, 1000, 2000, 5000, 5000, 5000]);
  });

  it("does not try again with a wrong key", async () => {
    due.length = 0;
    const connection = new Connection(() => Promise.reject(new Refused()), later);
    await connection.open();
    expect([connection.phase, due.length]).toEqual(["refused", 0]);
  });

  it("can be returned from an async function: it is not thenable", async () => {
    const connection = new Connection(() => Promise.reject(new Refused()), later);
    expect(await (() => Promise.resolve(connection.workbench))()).toBe(connection.workbench);
  });
});

describe("preferences", () => {
  const root = () => ({ lang: "", dataset: {} as Record<string, string | undefined> });
  it("show language and theme on the root, and leave the theme to the system when told to", async () => {
    const page = root();
    const workbench = { settings: () => Promise.resolve({ parallel: null, language: "zh", theme: "dark" }), changeSettings: (change: object) => Promise.resolve({ parallel: null, language: "zh", theme: "dark", ...change }) };
    const preferences = new Preferences(workbench as unknown as Workbench, page, { languages: [], isDark: () => false });
    await preferences.load();
    expect([page.lang, page.dataset["theme"], language.current]).toEqual(["zh-CN", "dark", "zh"]);
    await preferences.change({ theme: "system", language: "en" });
    expect([page.lang, page.dataset["theme"], language.current]).toEqual(["en", undefined, "en"]);
  });
  it("let no late answer take a newer change back", async () => {
    const page = root();
    const answers: (() => void)[] = [];
    let kept = defaultSettings;
    const workbench = { changeSettings: (change: object) => new Promise((resolve) => { answers.push(() => { kept = { ...kept, ...change }; resolve(kept); }); }) };
    const preferences = new Preferences(workbench as unknown as Workbench, page, { languages: ["en-GB"], isDark: () => false });
    const done = [preferences.change({ density: "compact" }), preferences.change({ density: "comfortable" })];
    answers[0]!();
    await done[0];
    expect(page.dataset["density"]).toBe("comfortable");
    answers[1]!();
    await done[1];
    expect([page.dataset["density"], preferences.settings.density]).toEqual(["comfortable", "comfortable"]);
  });
  it("take a refused change back", async () => {
    const page = root();
    const preferences = new Preferences({ changeSettings: () => Promise.reject(new Error("no")) } as unknown as Workbench, page, { languages: ["en-GB"], isDark: () => false });
    await expect(preferences.change({ language: "zh" })).rejects.toThrow("no");
    expect([page.lang, language.current]).toEqual(["en", "en"]);
  });
});

it("the workbench's activity fills from a snapshot, tells of runs, and asks again after a break", async () => {
  const activity = new WorkbenchActivity();
  const went: string[] = [];
  const changed: string[] = [];
  activity.onRun((run) => { changed.push(run.id); });
  const idle = { training: 0, queued: 0, paused: 0, workers: 2, storeBytes: 9, held: null };
  const scripts: WorkbenchEvent[][] = [
    [{ kind: "snapshot", experiments: [], activity: idle }, { kind: "run", run: aRun() }, { kind: "act", action: "newRun" }],
    [{ kind: "snapshot", experiments: [], activity: { ...idle, training: 1 } }, { kind: "activity", activity: { ...idle, training: 2 } }],
  ];
  let asked = 0;
  async function* watchWorkbench(): AsyncGenerator<WorkbenchEvent> {
    yield* scripts[asked++] ?? [];
    if (asked >= scripts.length) activity.leave();
    throw await Promise.resolve(new Error("the line broke"));
  }
  await activity.follow({ watchWorkbench } as unknown as Workbench, () => Promise.resolve(), (to) => { went.push(to); });
  expect([asked, changed, went, activity.activity.training, activity.isKnown]).toEqual([2, ["r-1"], ["newRun"], 2, true]);
});

it("troubles keep the newest three and tell what an attempt ran into", async () => {
  const troubles = new Troubles();
  for (const n of [1, 2, 3, 4]) await troubles.attempt(`t${n}`, () => Promise.reject(new Error(String(n))));
  await troubles.attempt("fine", () => Promise.resolve());
  expect(troubles.list.map(({ title }) => title)).toEqual(["t2", "t3", "t4"]);
  troubles.close(troubles.list[0]!.id);
  expect(troubles.list.length).toBe(2);
});
