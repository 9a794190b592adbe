/** The wire: carries the Workbench over any channel, calls, streams and errors alike. birpc pairs questions with answers; knows no transport and no method's meaning. */

import { createBirpc } from "birpc";
import { problem, shown } from "../../src-engine/spec/param.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import { fromWire, toWire, type WireError } from "./wire-error.ts";
import type { Inputs } from "./inputs.ts";
import type { streams, Workbench } from "./workbench.ts";

/** Two ends of anything that carries messages. `on` returns "stop listening". */
export interface Channel {
  post(message: unknown): void;
  on(listener: (message: unknown) => void): () => void;
  /** Calls the listener once when the other end is gone, at once if it already is; a channel without it lives as long as its page. */
  onClose?(listener: () => void): void;
}

/** The other end is gone: what was asked is not answered, and may or may not have happened. */
export class Disconnected extends Error {
  override readonly name = "Disconnected";
  readonly code = "disconnected";
  constructor() { super("The workbench is not connected any more; open its address again."); }
}

/** Every method, and whether it answers once or keeps sending: a method missing here, or of the wrong sort, does not compile. */
const methods: { readonly [M in keyof Workbench]: M extends (typeof streams)[number] ? "stream" : "call" } = {
  about: "call", catalog: "call", examples: "call", settings: "call", changeSettings: "call",
  listExperiments: "call", createExperiment: "call", changeExperiment: "call",
  listRuns: "call", listRows: "call", queryWords: "call", search: "call", run: "call", inspectSpec: "call", checkGradient: "call", profileStep: "call", examineArithmetic: "call", startRun: "call", pauseRun: "call", resumeRun: "call", stopRun: "call", stepRun: "call", extendRun: "call", listCheckpoints: "call", branchRun: "call", changeRun: "call", replayRun: "stream", markRun: "call", journal: "call", listReports: "call", report: "call", createReport: "call", changeReport: "call", freezeReport: "call", deleteReport: "call", exportReport: "call", writeJournal: "call", queue: "call", prioritizeRun: "call", moveRun: "call", holdQueue: "call", storage: "call", trashRuns: "call", restoreRuns: "call", purgeRuns: "call", backUp: "call", openTest: "call", predictRows: "call", exportModel: "call", exportRuns: "call",
  markRuns: "call",
  planBudget: "stream", listJournal: "call",
  freeSpace: "call", examineProject: "call", rescue: "call", mend: "call",
  checkRunGradient: "stream", examineRun: "stream", diagnoseRun: "stream", setDiagnosis: "call", describeRunData: "call", readRows: "call", readHistograms: "call",
  watchRun: "stream", watchWorkbench: "stream", readSeries: "call", readGroups: "call", weightHashes: "call", chartOf: "call", chartFile: "call", compareRuns: "call", compareRows: "call", matchSeeds: "call",
  exportFile: "stream",
  inspectSweep: "call", startSweep: "call", listSweeps: "call", sweep: "call", watchSweep: "stream", pauseSweep: "call", resumeSweep: "call", stopSweep: "call", changeSweep: "call", markSweep: "call", enqueueTrial: "call", importRuns: "call", confirmSweep: "call", sweepWinner: "call", openSweepTest: "call", sweepImportance: "call", sweepAdvice: "call", isolateAxis: "call", compareSweeps: "call", narrowSweep: "call",
  previewImport: "stream", takeIn: "stream",
  listFiles: "call", importFile: "call", chooseFile: "call", saveFile: "call", describeData: "call",
};

/**
 * What crosses, each a birpc request of the client. A stream is pulled: the client asks for one item, gets it, asks for the next,
 * so that a slow client holds up its own stream and nothing piles up for it.
 */
interface Wire {
  call(method: string, input: unknown): Promise<Answer>;
  /** Answers the stream's number on this channel. */
  open(method: string, input: unknown): Promise<Answer>;
  next(stream: number): Promise<Answer>;
  leave(stream: number): Promise<Answer>;
}
type Answer = { readonly value: unknown } | { readonly error: WireError };

/** A channel holds at most so many streams at a time; a page uses three or four. */
const openStreams = 256;

/** Answers a channel's questions, each input checked first. Returns "hang up", which cancels its streams; the channel's own end does the same. */
export function serve(service: Workbench, inputs: Inputs, channel: Channel): () => void {
  const handlers = handlersOf(service, inputs);
  const running = new Map<number, { readonly iterator: AsyncIterator<unknown>; isAsked: boolean }>();
  let last = 0;

  const wire = new Map<string, (...given: readonly unknown[]) => Promise<Answer>>(Object.entries({
    call: (method, input) => answer(async () => (await pick(handlers, method, "call")(input)) as unknown),
    open: (method, input) => answer(async () => {
      if (running.size >= openStreams) throw refused("stream", `must be one of at most ${openStreams} open at a time`);
      const iterable = pick(handlers, method, "stream")(input) as AsyncIterable<unknown>;
      running.set(++last, { iterator: iterable[Symbol.asyncIterator](), isAsked: false });
      return last;
    }),
    next: (id) => answer(async () => {
      const stream = running.get(id as number);
      if (stream === undefined) return { done: true };
      if (stream.isAsked) throw refused("stream", "must be asked for one item at a time");
      stream.isAsked = true;
      try {
        const item = await stream.iterator.next();
        if (item.done === true) running.delete(id as number);
        return item.done === true ? { done: true } : { done: false, value: item.value };
      } catch (error) {
        running.delete(id as number);
        throw error;
      } finally {
        stream.isAsked = false;
      }
    }),
    leave: (id) => answer(async () => {
      const stream = running.get(id as number);
      running.delete(id as number);
      await stream?.iterator.return?.();
    }),
  } satisfies Record<keyof Wire, (...given: readonly unknown[]) => Promise<Answer>>));

  const peer = createBirpc<Record<string, never>, object, false>(Object.create(null) as object, {
    ...ends(channel, isRequest),
    proxify: false,
    resolver: (name) => wire.get(name),
    // Only posting can fail here, and then the other end is gone: nobody is left to be told.
    onGeneralError: () => true,
  });
  const hangUp = () => {
    if (peer.$closed) return;
    peer.$close();
    for (const { iterator } of running.values()) void Promise.resolve(iterator.return?.()).catch(() => undefined);
    running.clear();
  };
  channel.onClose?.(hangUp);
  return hangUp;
}

/** The Workbench at the other end of a channel, as a plain object. Leaving a stream's loop, or calling its iterator's `return`, cancels it there. */
export function connect(channel: Channel): Workbench {
  const peer = createBirpc<Wire, object, false>(Object.create(null) as object, { ...ends(channel, isResponse), proxify: false, timeout: -1 });
  channel.onClose?.(() => { peer.$close(new Disconnected()); });

  const ask: Ask = async (question, ...given) => {
    if (peer.$closed) throw new Disconnected();
    const reply: Answer = await (peer.$call as (name: string, ...rest: unknown[]) => Promise<Answer>)(question, ...given);
    if ("error" in reply) throw fromWire(reply.error);
    return reply.value;
  };
  const client = Object.entries(methods).map(([method, sort]) => [method, sort === "stream" ? (input: unknown) => follow(ask, method, plain(input)) : (input: unknown) => ask("call", method, plain(input))]);
  return Object.fromEntries(client) as Workbench;
}

type Ask = (question: keyof Wire, ...given: unknown[]) => Promise<unknown>;

/** One stream as the client sees it: opened at the first `next`, left at once when told so, even while an item is awaited. */
function follow(ask: Ask, method: string, input: unknown): AsyncIterableIterator<unknown> {
  const done = { done: true, value: undefined } as const;
  let opened: Promise<unknown> | null = null;
  let isOver = false;
  let wake: (() => void) | null = null;
  return {
    [Symbol.asyncIterator]() { return this; },
    next: () => new Promise((resolve, reject) => {
      if (isOver) { resolve(done); return; }
      wake = () => { resolve(done); };
      opened ??= ask("open", method, input);
      opened.then((id) => ask("next", id)).then((item) => {
        const { done: isLast, value } = item as { done: boolean; value?: unknown };
        if (isLast) isOver = true;
        resolve(isLast ? done : { done: false, value });
      }).catch((error: unknown) => { isOver = true; reject(error as Error); });
    }),
    return: () => {
      if (!isOver) {
        isOver = true;
        wake?.();
        // The other end may be gone already, and then its streams are too.
        void opened?.then((id) => ask("leave", id)).catch(() => undefined);
      }
      return Promise.resolve(done);
    },
  };
}

type Handler = { readonly sort: "call" | "stream"; run(raw: unknown): unknown };

/** Named functions in a Map: a client's text never reaches a property of an object. */
function handlersOf(service: Workbench, inputs: Inputs): ReadonlyMap<string, Handler> {
  const names = Object.keys(methods) as (keyof Workbench)[];
  return new Map(names.map((name) => {
    const answerTo = (service[name] as (input: unknown) => unknown).bind(service);
    const checked = inputs[name] as (raw: unknown) => unknown;
    return [name, { sort: methods[name], run: (raw: unknown) => answerTo(checked(raw)) }];
  }));
}

function pick(handlers: ReadonlyMap<string, Handler>, method: unknown, sort: Handler["sort"]): Handler["run"] {
  const handler = typeof method === "string" ? handlers.get(method) : undefined;
  if (handler?.sort === sort) return handler.run;
  const known = [...handlers].filter(([, one]) => one.sort === sort).map(([name]) => name).join(", ");
  throw refused("method", `must be one of ${known}; got ${shown(method)}`);
}

const refused = (path: string, message: string): SpecError => new SpecError([problem(path, "notAnOption", message)]);

async function answer(work: () => Promise<unknown>): Promise<Answer> {
  try { return { value: await work() }; } catch (error) { return { error: toWire(error) }; }
}

/** A channel as birpc wants it; messages that are none of its own are dropped before it can stumble over them. */
function ends(channel: Channel, isOurs: (message: unknown) => boolean) {
  let stop: (() => void) | null = null;
  return {
    post: (message: unknown) => { channel.post(message); },
    on: (listener: (message: unknown) => void) => { stop = channel.on((message) => { if (isOurs(message)) listener(message); }); },
    off: () => { stop?.(); },
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
const isRequest = (message: unknown): boolean =>
  isRecord(message) && message["t"] === "q" && typeof message["i"] === "string" && message["i"].length <= 64 && typeof message["m"] === "string" && Array.isArray(message["a"]) && message["a"].length <= 2;
const isResponse = (message: unknown): boolean => isRecord(message) && message["t"] === "s" && typeof message["i"] === "string";

/** A copy free of reactive proxies, which structured clone refuses, and of absent values, which text cannot say. Bytes are passed on as they are. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value) || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined).map(([key, one]) => [key, plain(one)]));
}
