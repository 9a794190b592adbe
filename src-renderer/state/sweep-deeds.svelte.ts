/** What a person can do with one sweep, and what came of it. Knows the workbench and the feed, no page. */

import type { Finding, ImportedRuns, Sweep, SweepPoint, SweepTrial, SweepWinner } from "../../src-main/contract/sweeps.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { gridSize } from "./sweep-changes.ts";
import type { SweepFeed } from "./sweep-feed.svelte.ts";

/** One at a time; each has its sentence for when it fails. */
export type Deed = "pause" | "resume" | "stop" | "change" | "enqueue" | "importRuns" | "retry" | "confirm" | "openTest";
type Asked = Pick<Workbench, "pauseSweep" | "resumeSweep" | "stopSweep" | "changeSweep" | "enqueueTrial" | "importRuns" | "confirmSweep" | "openSweepTest" | "sweepWinner">;

/** The usual resolution of a grid where the sampler has none of its own. */
const usualResolution = 5;

export class SweepDeeds {
  busy = $state<Deed | null>(null);
  trouble = $state.raw<{ readonly deed: Deed; readonly error: Error } | null>(null);
  winner = $state.raw<SweepWinner | null>(null);
  /** What the last import did with each run. */
  imported = $state.raw<ImportedRuns | null>(null);
  /** The finding whose button was pressed. */
  mending = $state.raw<Finding | null>(null);
  readonly #workbench: Asked;
  readonly #feed: SweepFeed;
  readonly #sweepId: string;

  constructor(workbench: Asked, feed: SweepFeed, sweepId: string) {
    this.#workbench = workbench;
    this.#feed = feed;
    this.#sweepId = sweepId;
  }

  pause(): Promise<boolean> { return this.#act("pause", () => this.#workbench.pauseSweep({ sweepId: this.#sweepId })); }
  resume(): Promise<boolean> { return this.#act("resume", () => this.#workbench.resumeSweep({ sweepId: this.#sweepId })); }
  stop(): Promise<boolean> { return this.#act("stop", () => this.#workbench.stopSweep({ sweepId: this.#sweepId })); }

  raise(trials: number): Promise<boolean> { return this.#act("change", () => this.#workbench.changeSweep({ sweepId: this.#sweepId, changes: [{ path: ["trials"], to: trials }] })); }

  /** A point by hand: next, and besides the budget. */
  enqueue(point: SweepPoint): Promise<boolean> {
    return this.#act("enqueue", async () => { await this.#workbench.enqueueTrial({ sweepId: this.#sweepId, point }); return null; });
  }

  importRuns(runIds: readonly string[]): Promise<boolean> {
    return this.#act("importRuns", async () => { this.imported = await this.#workbench.importRuns({ sweepId: this.#sweepId, runIds }); return null; });
  }

  /** The points of failed trials once more, each once however often it failed, unless it has finished since. */
  retry(trials: readonly SweepTrial[]): Promise<boolean> {
    const points = pointsToRetry(trials);
    return this.#act("retry", async () => { for (const point of points) await this.#workbench.enqueueTrial({ sweepId: this.#sweepId, point }); return null; });
  }

  /** The grid points no trial has finished: the sampler is changed and the budget raised to hold them all. */
  fill(sweep: Sweep): Promise<boolean> {
    const { resolution, trials } = fillOf(sweep);
    return this.#act("change", () => this.#workbench.changeSweep({ sweepId: this.#sweepId, changes: [{ path: ["sampler"], to: { kind: "fill", resolution } }, { path: ["trials"], to: trials }] }));
  }

  confirm(): Promise<boolean> { return this.#act("confirm", () => this.#workbench.confirmSweep({ sweepId: this.#sweepId })); }
  openTest(): Promise<boolean> { return this.#act("openTest", async () => { this.winner = await this.#workbench.openSweepTest({ sweepId: this.#sweepId }); return null; }); }

  /** What a finding's button does: its change; more seeds for the top also begins their confirmation. */
  async mend(finding: Finding): Promise<boolean> {
    const { change } = finding;
    if (change === null) return false;
    this.mending = finding;
    const isDone = await this.#act("change", () => this.#workbench.changeSweep({ sweepId: this.#sweepId, changes: [{ path: change.path, to: change.to }] }));
    const isWhole = isDone && finding.code === "winnerWithinNoise" ? await this.confirm() : isDone;
    this.mending = null;
    return isWhole;
  }

  /** Reads the winner anew; a line that broke leaves the older answer. */
  async readWinner(): Promise<void> {
    try { this.winner = await this.#workbench.sweepWinner({ sweepId: this.#sweepId }); } catch { /* Read again with the next trial that ends. */ }
  }

  async #act(deed: Deed, work: () => Promise<Sweep | null>): Promise<boolean> {
    if (this.busy !== null) return false;
    this.busy = deed;
    this.trouble = null;
    try {
      const sweep = await work();
      if (sweep !== null) this.#feed.show(sweep);
      return true;
    } catch (error) {
      this.trouble = { deed, error: error as Error };
      return false;
    } finally {
      this.busy = null;
    }
  }
}

export function pointsToRetry(trials: readonly Pick<SweepTrial, "state" | "point">[]): readonly SweepPoint[] {
  const key = (point: SweepPoint): string => JSON.stringify(Object.keys(point).sort().map((name) => [name, point[name]]));
  const settled = new Set(trials.filter(({ state }) => state !== "failed").map(({ point }) => key(point)));
  const failed = new Map(trials.filter(({ state }) => state === "failed").map(({ point }) => [key(point), point]));
  return [...failed].filter(([name]) => !settled.has(name)).map(([, point]) => point);
}

/** How finely "fill gaps" cuts each axis, how many points that makes, and the budget that holds them beside what was tried. */
export function fillOf({ spec, counts }: Pick<Sweep, "spec" | "counts">): { readonly resolution: number; readonly points: number; readonly trials: number } {
  const own = spec.sampler["resolution"];
  const resolution = typeof own === "number" ? own : usualResolution;
  const points = gridSize(spec, resolution);
  return { resolution, points, trials: Math.min(1_000_000, counts.finished + counts.pruned + counts.failed + counts.running + counts.waiting + points) };
}
