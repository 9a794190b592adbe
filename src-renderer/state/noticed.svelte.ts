/** Alerts of runs as they come while this page is open: each is told once, for a while, and stays with its run. */

import type { Alert } from "../../src-main/contract/alerts.ts";
import type { Run, RunId } from "../../src-main/contract/nouns.ts";

export interface Noticed { readonly id: number; readonly runId: RunId; readonly runName: string; readonly alert: Alert }

/** More at once would cover the page; the oldest leave first. */
const most = 3;

export class NoticedAlerts {
  list = $state.raw<readonly Noticed[]>([]);
  readonly #known = new Map<RunId, number>();
  readonly #sinceMs: number;
  #last = 0;

  /** sinceMs: what was noticed before is no news. */
  constructor(sinceMs: number) { this.#sinceMs = sinceMs; }

  /** A run changed: its alerts that were not there before are news. One that went on from a checkpoint may have fewer than it had. */
  see({ id, name, alerts, sweep }: Run): void {
    // A sweep tries what may go wrong, by the dozen: that its trials do is no news, and would lie over what is being done.
    if (sweep !== null) return;
    const before = this.#known.get(id) ?? alerts.filter(({ atMs }) => atMs < this.#sinceMs).length;
    this.#known.set(id, alerts.length);
    const news = alerts.slice(Math.min(before, alerts.length)).map((alert) => ({ id: ++this.#last, runId: id, runName: name, alert }));
    if (news.length > 0) this.list = [...this.list, ...news].slice(-most);
  }

  close(id: number): void { this.list = this.list.filter((one) => one.id !== id); }
}
