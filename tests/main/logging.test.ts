/** Scripts that log into the project: over the loopback alone, for holders of the token, live in the table, whole when they end, and told as silent when they do not. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { addressFile } from "../../src-main/contract/logging.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { loggedRuns } from "../../src-main/service/logged-runs.ts";
import { openStore } from "../../src-main/store/open.ts";
import { countingClock, temporaryFolder } from "../support/project.ts";
import { openWorkbench, until } from "../support/workbench.ts";

interface Address { readonly url: string; readonly token: string }
interface Asked { readonly path?: string; readonly method?: string; readonly headers?: Record<string, string | string[]>; readonly body?: string }

let folder: ReturnType<typeof temporaryFolder>;
let workbench: WorkbenchService;
let address: Address;
async function open(): Promise<void> {
  folder = temporaryFolder();
  workbench = openWorkbench(folder.file());
  await workbench.changeSettings({ logging: true });
  address = JSON.parse(readFileSync(addressFile(folder.file()), "utf8")) as Address;
}
async function close(): Promise<void> {
  await workbench.close();
  folder[Symbol.dispose]();
}

function ask({ path = "/runs", method = "POST", headers = {}, body = "{}" }: Asked = {}): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(address.url);
    const sent = request({ hostname, port, path, method, headers: { "content-type": "application/json", authorization: `Bearer ${address.token}`, ...headers } }, (response) => {
      let text = "";
      response.on("data", (data: Buffer) => { text += String(data); });
      response.on("end", () => { done({ status: response.statusCode!, body: text }); });
    });
    sent.on("error", fail);
    sent.end(body);
  });
}
const post = async (path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
  const { status, body: text } = await ask({ path, body: JSON.stringify(body) });
  return { status, body: JSON.parse(text) as Record<string, unknown> };
};

describe("the address", () => {
  beforeEach(open);
  afterEach(close);

  it("stands in a file that only its owner can read, is another at each start, and is gone when logging is off or the project closed", async () => {
    const file = addressFile(folder.file());
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Buffer.from(address.token, "base64url").length).toBeGreaterThanOrEqual(16);
    expect(new URL(address.url).hostname).toBe("127.0.0.1");
    await workbench.changeSettings({ logging: false });
    expect(existsSync(file)).toBe(false);
    await expect(ask()).rejects.toThrow();
    await workbench.changeSettings({ logging: true });
    expect((JSON.parse(readFileSync(file, "utf8")) as Address).token).not.toBe(address.token);
    await workbench.close();
    expect(existsSync(file)).toBe(false);
    workbench = openWorkbench(folder.file());
  });

  it("is not there until a person switches it on", async () => {
    using other = temporaryFolder();
    const fresh = openWorkbench(other.file());
    expect((await fresh.settings({})).logging).toBe(false);
    expect(existsSync(addressFile(other.file()))).toBe(false);
    await fresh.close();
  });
});

describe("a run", () => {
  beforeEach(open);
  afterEach(close);

  it("is live while it is logged, with every value, its moments and its settings, and finished when the script says so", async () => {
    const { status, body } = await post("/runs", { name: "theirs", group: "cifar", params: { lr: 0.1, model: "resnet", amp: true }, tags: ["gpu"], notes: "first" });
    expect([status, body]).toEqual([200, { run: "r-1", state: "running", step: 0 }]);
    expect(await workbench.run({ runId: "r-1" })).toMatchObject({ name: "theirs", state: "running", spec: null, foreign: { program: "logger", group: "cifar", params: { lr: 0.1, model: "resnet", amp: true } }, tags: ["gpu"] });
    expect((await workbench.listExperiments({})).map(({ name, active }) => [name, active])).toEqual([["cifar", 1]]);
    const seen = until(workbench, "r-1", (state) => state === "finished");
    expect((await post("/runs/r-1/log", { points: [{ step: 0, metrics: { "train/loss": 2 }, timeMs: 1_700_000_000_500 }, { step: 10, metrics: { "train/loss": "NaN", "validation/accuracy": 0.5 } }, { metrics: { "train/loss": "-Infinity" } }] })).body).toEqual({ run: "r-1", state: "running", step: 11 });
    expect((await workbench.listRows({ where: "state = running and param.model = resnet", columns: ["validation/accuracy", "train/loss"] })).rows.map(({ values }) => values)).toEqual([[0.5, -Infinity]]);
    expect((await workbench.queue({})).training).toEqual([]);
    expect((await post("/runs/r-1/finish", {})).body).toEqual({ run: "r-1", state: "finished", step: 11 });
    expect(await seen).toMatchObject({ state: "finished", step: 11 });
    const curves = await workbench.readSeries({ runIds: ["r-1"], metrics: [], points: 0 });
    expect(curves.map(({ metric, steps, values }) => [metric, [...steps], [...values]])).toEqual([["train/loss", [0, 10, 11], [2, NaN, -Infinity]], ["validation/accuracy", [10], [0.5]]]);
    expect((await workbench.readSeries({ runIds: ["r-1"], metrics: ["time/wall"], points: 0 }))[0]!.values[0]).toBe(1_700_000_000_500);
    expect((await workbench.journal({ subject: "r-1" })).notes).toBe("first");
    expect((await post("/runs/r-1/log", { points: [{ metrics: { a: 1 } }] })).status).toBe(409);
  });

  it("is failed where it fails, with what the script said", async () => {
    await post("/runs", {});
    await post("/runs/r-1/finish", { state: "failed", message: "CUDA out of memory" });
    expect(await workbench.run({ runId: "r-1" })).toMatchObject({ name: "run", state: "failed", reason: { code: "script", message: "CUDA out of memory" } });
  });

});

it("a run that falls silent for a minute is interrupted and says so; it lives again when its script is heard again", async () => {
  using other = temporaryFolder();
  const clock = countingClock();
  let lateMs = 0;
  vi.useFakeTimers();
  const store = openStore(other.file(), clock);
  try {
    const runs = loggedRuns({ store, feed: { progress: () => undefined }, now: () => clock() + lateMs, told: () => undefined, experiments: () => undefined });
    const { id } = runs.begin({ name: "a", group: "", params: {}, tags: [], notes: "" });
    runs.add(id, [{ step: 7, timeMs: null, metrics: { loss: 1 } }]);
    lateMs = 59_000;
    vi.advanceTimersByTime(5000);
    expect(store.runs.get(id).run.state).toBe("running");
    lateMs = 61_000;
    vi.advanceTimersByTime(5000);
    expect(store.runs.get(id).run).toMatchObject({ state: "interrupted", step: 7, reason: { code: "silent", message: "nothing was heard for 60 s before the script said that this run was finished, at step 7" } });
    expect(runs.add(id, [{ step: 8, timeMs: null, metrics: { loss: 0.5 } }])).toMatchObject({ state: "running", step: 8, reason: null, endedMs: null });
    runs.close();
    expect(store.runs.get(id).run).toMatchObject({ state: "interrupted", reason: { message: "the workbench was closed before the script said that this run was finished, at step 8" } });
  } finally {
    vi.useRealTimers();
    store.close();
  }
});

it("a run that was being logged when the program died is interrupted, and no run to resume", async () => {
  using other = temporaryFolder();
  const store = openStore(other.file(), countingClock());
  const runs = loggedRuns({ store, feed: { progress: () => undefined }, now: countingClock(), told: () => undefined, experiments: () => undefined });
  runs.begin({ name: "a", group: "", params: {}, tags: [], notes: "" });
  // As a dead program leaves it: closed without a word to its runs.
  store.close();
  const later = openStore(other.file(), countingClock());
  expect(later.interrupted).toEqual([]);
  expect(later.runs.get("r-1").run).toMatchObject({ state: "interrupted", reason: { code: "silent" } });
  later.close();
  expect(() => { runs.close(); }).toThrow();
});

describe("what is refused", () => {
  beforeAll(open);
  afterAll(close);

  it.each<[string, Asked, number]>([
    ["no token", { headers: { authorization: "" } }, 401],
    ["another token", { headers: { authorization: "Bearer x" } }, 401],
    ["a token without its word", { headers: { authorization: "AAAA" } }, 401],
    ["another host", { headers: { host: "evil.example" } }, 421],
    ["this address under another name", { headers: { host: "127.0.0.1.nip.io" } }, 421],
    ["a page of another site", { headers: { origin: "https://evil.example" } }, 403],
    ["a page of this machine", { headers: { origin: "http://127.0.0.1:3000" } }, 403],
    ["a page without an origin", { headers: { origin: "null" } }, 403],
    ["a browser's fetch", { headers: { "sec-fetch-site": "same-origin" } }, 403],
    ["a cookie", { headers: { cookie: "a=b" } }, 403],
    ["GET", { method: "GET", body: "" }, 405],
    ["OPTIONS before a fetch", { method: "OPTIONS", body: "" }, 405],
    ["PUT", { method: "PUT" }, 405],
    ["a form", { headers: { "content-type": "application/x-www-form-urlencoded" } }, 415],
    ["text", { headers: { "content-type": "text/plain" } }, 415],
    ["a body that says it is too large", { headers: { "content-length": String(9 * 1024 * 1024) }, body: "" }, 413],
    ["no JSON", { body: "{" }, 400],
    ["a path that is not there", { path: "/runs/r-1/delete" }, 404],
    ["a path out of it", { path: "/../etc/passwd" }, 404],
    ["a run that is not there", { path: "/runs/r-99/log", body: '{"points":[]}' }, 404],
    ["points without their list", { path: "/runs/r-1/log" }, 400],
  ])("%s", async (_, asked, status) => {
    expect((await ask(asked)).status).toBe(status);
    expect(await workbench.listRuns({})).toEqual([]);
  });

  it("a body of 9 MB", async () => {
    await expect(ask({ body: JSON.stringify({ notes: "x".repeat(9 * 1024 * 1024) }) }).then(({ status }) => status)).resolves.toBe(413);
  });
});

describe("what is wrong is refused", () => {
  beforeAll(async () => {
    await open();
    await post("/runs", { name: "there" });
  });
  afterAll(close);

  it.each<[string, unknown, RegExp]>([
    ["/runs", { name: "" }, /^name must not be empty/],
    ["/runs", { params: { lr: [1] } }, /^params\.lr must be text, a number, true, false or null/],
    ["/runs", { colour: 1 }, /^colour is not a key here/],
    ["/runs", { tags: ["a,b"] }, /^tags\.0 must be a word/],
    ["/runs/r-1/log", { points: [{ step: 1, metrics: { loss: 1 } }, { step: -1, metrics: {} }] }, /^points\.1\.step must be at least 0/],
    ["/runs/r-1/log", { points: [{ step: 1.5, metrics: {} }] }, /^points\.0\.step must be a whole number/],
    ["/runs/r-1/log", { points: [{ metrics: { loss: "low" } }] }, /^points\.0\.metrics\.loss must be a number/],
    ["/runs/r-1/finish", { state: "done" }, /^state must be one of/],
  ])("%s %j, by its place", async (path, body, sentence) => {
    const { status, body: answer } = await post(path, body);
    const [first] = answer["problems"] as { path: string; message: string }[];
    expect([status, `${first!.path} ${first!.message}`]).toEqual([400, expect.stringMatching(sentence)]);
    expect((await workbench.run({ runId: "r-1" })).metrics).toEqual({});
    expect((await workbench.listRuns({})).length).toBe(1);
  });
});

const python = spawnSync("python3", ["--version"]).status === 0;
if (!python) console.warn("docs/descent_logger.py was not run: there is no python3 here.");

describe.skipIf(!python)("docs/descent_logger.py", () => {
  beforeEach(open);
  afterEach(close);

  it("has at most 60 lines and needs nothing but Python", () => {
    const text = readFileSync("docs/descent_logger.py", "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
    expect(text.match(/^(import|from) .*/gm)).toEqual(["import atexit, json, math, os, sys, threading, time, urllib.error, urllib.request"]);
  });

  const script = (body: string) => new Promise<{ code: number | null; err: string }>((done) => {
    const child = spawn("python3", ["-c", `import sys\nsys.path.insert(0, ${JSON.stringify(resolve("docs"))})\nsys.dont_write_bytecode = True\nimport descent_logger\n${body}`], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, PROJECT: folder.file() } });
    let err = "";
    child.stderr.on("data", (data: Buffer) => { err += String(data); });
    child.on("exit", (code) => { done({ code, err }); });
  });
  const begin = 'import os\nrun = descent_logger.init(name="from python", group="them", params={"lr": 0.1}, tags=["py"], project=os.environ["PROJECT"])\n';

  it("logs a run from beginning to end, NaN and infinities too", { timeout: 60_000 }, async () => {
    expect(await script(`${begin}for step in range(6000): run.log({"train/loss": 1 / (1 + step)}, step=step)\nrun.log({"odd": float("nan")})\nrun.log({"odd": float("-inf")})\nrun.finish()`)).toEqual({ code: 0, err: "" });
    const run = await workbench.run({ runId: "r-1" });
    expect(run).toMatchObject({ name: "from python", state: "finished", step: 6001, foreign: { group: "them", params: { lr: 0.1 } }, tags: ["py"] });
    const [odd, loss] = await workbench.readSeries({ runIds: ["r-1"], metrics: [], points: 0 });
    expect([[...odd!.steps], [...odd!.values]]).toEqual([[6000, 6001], [NaN, -Infinity]]);
    expect([...loss!.values]).toEqual(Array.from({ length: 6000 }, (_, step) => 1 / (1 + step)));
  });

  it("tells of a script that broke off", { timeout: 60_000 }, async () => {
    const { code, err } = await script(`${begin}run.log({"loss": 1})\nraise RuntimeError("boom")`);
    expect([code, err]).toEqual([1, expect.stringContaining("boom")]);
    expect(await workbench.run({ runId: "r-1" })).toMatchObject({ state: "failed", metrics: { loss: 1 }, reason: { message: "the script ended without finish()" } });
  });
});
