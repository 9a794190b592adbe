/** The line to the workbench: open, lost, refused. Gives one Workbench that outlives every line. Knows no transport. */

import type { Reach } from "../client.ts";
import { streams, type Workbench } from "../../src-main/contract/workbench.ts";

export type Phase = "connecting" | "open" | "lost" | "refused";

/** Waits between tries grow from half a second to five. */
const waitsMs = [500, 1000, 2000, 5000];

/** The line is down; the question was not answered. */
export class LineLost extends Error {
  override readonly name = "LineLost";
  readonly code = "lineLost";
  constructor() { super("The connection to Descent is lost."); }
}

export class Connection {
  phase = $state<Phase>("connecting");
  /** Counts the lines that opened; what asks the workbench for lasting things asks again when it grows. */
  lines = $state(0);
  /** Stays the same object over every line; what is asked while the line is down rejects with `LineLost`. */
  readonly workbench: Workbench = this.#facade();

  readonly #reach: Reach;
  readonly #later: (run: () => void, ms: number) => () => void;
  #line: Workbench | null = null;
  #tries = 0;
  #cancel: () => void = () => undefined;
  #waiting: (() => void)[] = [];

  constructor(reach: Reach, later: (run: () => void, ms: number) => () => void) {
    this.#reach = reach;
    this.#later = later;
  }

  /** Tries now; after a failure again by itself, unless the key is wrong. */
  async open(): Promise<void> {
    this.#cancel();
    try {
      const { workbench, onClose } = await this.#reach();
      this.#line = workbench;
      this.#tries = 0;
      this.phase = "open";
      this.lines++;
      for (const wake of this.#waiting.splice(0)) wake();
      onClose(() => { this.#lose(); });
    } catch (error) {
      if (error instanceof Error && error.name === "Refused") { this.phase = "refused"; return; }
      this.#lose();
    }
  }

  /** Resolves as soon as a line is open, at once if one is. */
  whenOpen(): Promise<void> {
    return this.phase === "open" ? Promise.resolve() : new Promise((resolve) => { this.#waiting.push(resolve); });
  }

  /** After a break: a moment for the news to spread, then until a line is open. */
  async settle(): Promise<void> {
    await new Promise<void>((resolve) => { this.#later(resolve, 50); });
    await this.whenOpen();
  }

  #lose(): void {
    this.#line = null;
    this.phase = "lost";
    const wait = waitsMs[Math.min(this.#tries++, waitsMs.length - 1)]!;
    this.#cancel = this.#later(() => { void this.open(); }, wait);
  }

  #facade(): Workbench {
    const isStream = (method: string): boolean => (streams as readonly string[]).includes(method);
    const pass = (method: string) => (input: unknown): unknown => {
      const line = this.#line as unknown as Record<string, (input: unknown) => unknown> | null;
      if (line !== null) return line[method]!(input);
      if (!isStream(method)) return Promise.reject(new LineLost());
      return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new LineLost()) }) };
    };
    // Not thenable: otherwise an async function that returns it would ask the workbench for "then".
    return new Proxy({}, {
      get: (_, method) => (typeof method !== "string" || method === "then" ? undefined : pass(method)),
    }) as Workbench;
  }
}
