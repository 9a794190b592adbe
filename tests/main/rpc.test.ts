/** The wire, over text and over structured clone: what goes in comes out, errors keep their kind, and whoever leaves a stream ends it. */

import { describe, expect, it } from "vitest";
import { SpecError, StoreError, TrainingError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { inputs } from "../../src-main/contract/inputs.ts";
import type { RunEvent } from "../../src-main/contract/nouns.ts";
import { connect, Disconnected, serve } from "../../src-main/contract/rpc.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { channelPair, runDouble, workbenchDouble, type Form } from "../support/workbench-double.ts";

function joined(form: Form, given: Partial<Workbench>) {
  const pair = channelPair(form);
  const service = workbenchDouble(given);
  const hangUp = serve(service, inputs(), pair.server);
  return { client: connect(pair.client), service, hangUp, pair };
}

/** A stream of run events that tells how many it made and when its `finally` ran. */
function counted(limit = Infinity) {
  const told = { made: 0, ended: Promise.withResolvers<null>() };
  const watchRun = async function* (): AsyncGenerator<RunEvent> {
    try {
      while (told.made < limit) {
        told.made++;
        yield { kind: "state", seq: told.made, run: runDouble({ step: told.made }) };
      }
    } finally {
      told.ended.resolve(null);
    }
  };
  return { told, watchRun };
}

/** A stream that sends one event and then waits until it is told to return, as a feed does. */
function waiting() {
  const returned = Promise.withResolvers<null>();
  const watchRun = (): AsyncIterable<RunEvent> => {
    let sent = 0;
    return { [Symbol.asyncIterator]: () => ({
      next: () => (sent++ === 0 ? Promise.resolve({ done: false as const, value: { kind: "state" as const, seq: 1, run: runDouble() } }) : new Promise<IteratorResult<RunEvent>>(() => undefined)),
      return: () => { returned.resolve(null); return Promise.resolve({ done: true as const, value: undefined }); },
    }) };
  };
  return { returned: returned.promise, watchRun };
}

describe.each(["text", "clone"] as const)("over %s", (form) => {
  it("a call's input and answer arrive unchanged, typed arrays and NaN included", async () => {
    const series = [{ runId: "r-1", metric: "train/loss", steps: new Float64Array([1, 2]), values: new Float64Array([0.5, NaN]) }];
    const { client, service } = joined(form, { readSeries: async () => series });
    const input = { runIds: ["r-1"], metrics: [], points: 0 };
    expect(await client.readSeries(input)).toEqual(series);
    expect(service.asked).toEqual([{ method: "readSeries", input }]);
  });

  it("bytes of a file arrive unchanged", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256);
    let got: Uint8Array | null = null;
    const { client } = joined(form, { importFile: async (input) => { got = input.bytes; return { hash: "", name: "", sizeBytes: 0, importedMs: 0, rows: 0, columns: [] }; } });
    await client.importFile({ name: "a.csv", bytes });
    expect(got).toEqual(bytes);
  });

  it("a reactive proxy is sent as the plain data it shows, without absent keys", async () => {
    const { client, service } = joined(form, { changeExperiment: async () => ({ id: "e-1", name: "", question: "", createdMs: 0, runs: 0, active: 0, failed: 0 }) });
    await client.changeExperiment(new Proxy({ experimentId: "e-1", name: "a", question: undefined }, {}));
    expect(service.asked[0]!.input).toEqual({ experimentId: "e-1", name: "a" });
  });

  it.each([
    ["SpecError", new SpecError([{ ...problem("optimizer.beta2", "outOfInterval", "must be below 1", { got: "1" }, 0.999), at: { line: 3, column: 5 } }, problem("seed", "missing", "is missing")], "look")],
    ["TrainingError", new TrainingError("diverged", "loss became NaN at step 412", 412, "Try a smaller rate")],
    ["StoreError", new StoreError("locked", "another process has it", { file: "a.descent" }, "close it")],
  ])("%s keeps class, code, message, place, hint and its own", async (_, error) => {
    const { client } = joined(form, { run: () => Promise.reject(error) });
    const got: unknown = await client.run({ runId: "r-1" }).catch((e: unknown) => e);
    expect(got).toBeInstanceOf(error.constructor);
    expect({ ...(got as object), message: (got as Error).message }).toEqual({ ...error, message: error.message });
  });

  it("an unforeseen error keeps its message and says it is internal; its stack stays at home", async () => {
    const { client } = joined(form, { run: () => { throw new TypeError("x is not a function"); } });
    const got = await client.run({ runId: "r-1" }).catch((e: unknown) => e) as Error & { code: string };
    expect([got.constructor, got.message, got.code]).toEqual([Error, "x is not a function", "internal"]);
  });

  it("a failed check is a SpecError with the path, and the service is not asked", async () => {
    const { client, service } = joined(form, {});
    const got = await client.run({ runId: "../etc" } as never).catch((e: unknown) => e) as SpecError;
    expect(got).toBeInstanceOf(SpecError);
    expect(got.problems.map((p) => p.path)).toEqual(["runId"]);
    expect(service.asked).toEqual([]);
  });

  it("a stream brings every item in order and ends", async () => {
    const { watchRun } = counted(5);
    const { client } = joined(form, { watchRun });
    const seen: number[] = [];
    for await (const event of client.watchRun({ runId: "r-1", since: 0 })) seen.push(event.seq);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it("a stream's error reaches the loop with its class", async () => {
    const { client } = joined(form, { watchRun: async function* () { yield { kind: "state", seq: 1, run: runDouble() } as RunEvent; throw new StoreError("gone", "no run r-1"); } });
    const seen: number[] = [];
    const loop = async () => { for await (const event of client.watchRun({ runId: "r-1", since: 0 })) seen.push(event.seq); };
    await expect(loop()).rejects.toBeInstanceOf(StoreError);
    expect(seen).toEqual([1]);
  });

  it("leaving the loop runs the producer's finally", async () => {
    const { told, watchRun } = counted();
    const { client } = joined(form, { watchRun });
    for await (const event of client.watchRun({ runId: "r-1", since: 0 })) if (event.seq === 3) break;
    await told.ended.promise;
    expect(told.made).toBe(3);
  });

  it("leaving while an item is awaited ends the wait and the producer at once", async () => {
    const { returned, watchRun } = waiting();
    const { client } = joined(form, { watchRun });
    const iterator = client.watchRun({ runId: "r-1", since: 0 })[Symbol.asyncIterator]();
    await iterator.next();
    const pending = iterator.next();
    await iterator.return!();
    expect(await pending).toEqual({ done: true, value: undefined });
    await returned;
  });

  it("a client that does not read holds up its stream: one item is made, no more", async () => {
    const { told, watchRun } = counted();
    const { client, pair } = joined(form, { watchRun });
    const iterator = client.watchRun({ runId: "r-1", since: 0 })[Symbol.asyncIterator]();
    await iterator.next();
    // Every other question is answered meanwhile, so there was time to make more.
    for (let i = 0; i < 20; i++) await client.run({ runId: "r-1" }).catch(() => undefined);
    expect(told.made).toBe(1);
    expect(pair.sent.toClient).toBe(22);
  });

  it("a cut channel rejects what is pending, cancels the streams and refuses what comes after", async () => {
    const { returned, watchRun } = waiting();
    const { client, pair } = joined(form, { watchRun, run: () => new Promise(() => undefined) });
    const iterator = client.watchRun({ runId: "r-1", since: 0 })[Symbol.asyncIterator]();
    await iterator.next();
    const pendingItem = iterator.next().catch((e: unknown) => e);
    const pendingCall = client.run({ runId: "r-1" }).catch((e: unknown) => e);
    await new Promise((resolve) => { setImmediate(resolve); });
    pair.cut();
    expect(await pendingItem).toBeInstanceOf(Disconnected);
    expect(await pendingCall).toBeInstanceOf(Disconnected);
    await returned;
    await expect(client.run({ runId: "r-1" })).rejects.toBeInstanceOf(Disconnected);
  });

  it("hanging up cancels the streams", async () => {
    const { returned, watchRun } = waiting();
    const { client, hangUp } = joined(form, { watchRun });
    await client.watchRun({ runId: "r-1", since: 0 })[Symbol.asyncIterator]().next();
    hangUp();
    await returned;
  });

  it("two clients on one service do not hear each other", async () => {
    const service = workbenchDouble({ watchRun: counted(3).watchRun, listRuns: async () => [runDouble()] });
    const [one, two] = [channelPair(form), channelPair(form)];
    serve(service, inputs(), one.server);
    serve(service, inputs(), two.server);
    expect(await connect(one.client).listRuns({})).toHaveLength(1);
    expect(two.sent).toEqual({ toClient: 0, toServer: 0 });
  });

  it("the client is a plain object that can be returned from an async function", async () => {
    const { client, service } = joined(form, {});
    expect(await Promise.resolve(client)).toBe(client);
    expect(service.asked).toEqual([]);
  });
});

describe("what a hostile client sends", () => {
  /** Posts one raw birpc question and returns what comes back within three turns of the event loop, or null. */
  async function raw(message: unknown) {
    const pair = channelPair("clone");
    const service = workbenchDouble({ about: async () => ({ version: "", door: "test", project: { name: "", file: "" }, hasDialogs: false, viewing: null, interrupted: [], damage: null }) });
    serve(service, inputs(), pair.server);
    let reply: { r?: { value?: unknown; error?: { name: string; message: string } } } | null = null;
    pair.client.on((answer) => { reply = answer as typeof reply; });
    pair.client.post(message);
    for (let i = 0; i < 3; i++) await new Promise((resolve) => { setImmediate(resolve); });
    return { reply: reply as { r?: { value?: unknown; error?: { name: string; message: string } } } | null, service };
  }
  const question = (m: string, ...a: unknown[]) => ({ t: "q", i: "1", m, a });

  it("a right question is answered, so the refusals below are refusals", async () => {
    expect((await raw(question("call", "about", {}))).reply?.r?.value).toMatchObject({ door: "test" });
  });

  const methods = ["constructor", "__proto__", "toString", "hasOwnProperty", "then", "close", "asked", "watchRun", "", "About", "about ", null, 7, ["about"], { toString: "about" }, "x".repeat(100_000)];
  it.each(methods.map((m) => [JSON.stringify(m).slice(0, 30), m]))("method %s is refused, naming the known ones", async (_, method) => {
    const { reply, service } = await raw(question("call", method, {}));
    expect(reply?.r?.error).toMatchObject({ name: "SpecError" });
    expect(reply?.r?.error?.message).toMatch(/^method must be one of about, catalog/);
    expect(reply!.r!.error!.message.length).toBeLessThan(1200);
    expect(service.asked).toEqual([]);
  });

  const messages = [null, undefined, 0, "q", [], {}, { t: "q" }, question("constructor"), { t: "q", i: "1", m: "call", a: { length: 1e9 } }, { t: "q", i: "1", m: "call", a: ["about", {}, {}, {}] }, { t: "s", i: "1", r: 1 }, { t: "q", i: {}, m: "call", a: [] }, { t: "q", m: "call", a: ["about", {}] }];
  it.each(messages.map((m) => [JSON.stringify(m) ?? "undefined", m]))("message %s asks nothing of the service", async (_, message) => {
    const { reply, service } = await raw(message);
    expect(service.asked).toEqual([]);
    expect(reply?.r?.value).toBeUndefined();
  });

  it("a stream can be asked for one item at a time only, and only so many are open", async () => {
    const pair = channelPair("clone");
    serve(workbenchDouble({ watchRun: waiting().watchRun }), inputs(), pair.server);
    const replies: { r: { value?: unknown; error?: { message: string } } }[] = [];
    pair.client.on((answer) => { replies.push(answer as never); });
    const settle = async () => { for (let i = 0; i < 3; i++) await new Promise((resolve) => { setImmediate(resolve); }); };
    for (let i = 0; i < 300; i++) pair.client.post({ t: "q", i: `o${i}`, m: "open", a: ["watchRun", { runId: "r-1", since: 0 }] });
    await settle();
    expect(replies.filter((reply) => reply.r.error === undefined)).toHaveLength(256);
    for (let i = 0; i < 5; i++) pair.client.post({ t: "q", i: `n${i}`, m: "next", a: [1] });
    await settle();
    const refusals = replies.slice(300).filter((reply) => reply.r.error?.message.includes("one item at a time"));
    expect(refusals).toHaveLength(4);
  });
});
