/** Keeps a project within the limit a person set: plans for who asks, and acts by itself after a run where the setting says so. */

import type { QuotaPlan, RunId } from "../contract/nouns.ts";
import type { Store } from "../store/open.ts";
import type { Changes } from "./changes.ts";
import type { Readings } from "./readings.ts";

export interface QuotaKeeper {
  /** Null where the project has no limit. */
  plan(): Promise<QuotaPlan | null>;
  free(wanted: { readonly checkpoints: readonly { readonly runId: RunId; readonly step: number }[]; readonly runIds: readonly RunId[] }): Promise<number>;
  /** Resolves when what is under way is done. */
  close(): Promise<void>;
}

export function quotaKeeper({ store, asked, news }: { readonly store: Store; readonly asked: Readings; readonly news: Changes }): QuotaKeeper {
  let acting: Promise<unknown> = Promise.resolve();
  let isWanted = false, isClosed = false;

  async function plan(): Promise<QuotaPlan | null> {
    const { quota } = store.settings.read();
    const { database, checkpoints, files, backups } = store.storage();
    return quota === null ? null : await asked.planQuota({ quota, usedBytes: database + checkpoints + files + backups });
  }

  async function free({ checkpoints, runIds }: Parameters<QuotaKeeper["free"]>[0]): Promise<number> {
    const freed = await store.trash.letGo(checkpoints, runIds);
    for (const id of new Set(checkpoints.map(({ runId }) => runId))) news.run(store.runs.get(id).run);
    news.activity();
    return freed;
  }

  async function act(): Promise<void> {
    if (isClosed || store.settings.read().quota?.isAutomatic !== true) return;
    const wanted = (await plan())!;
    if (wanted.checkpoints.length + wanted.runs.length > 0) await free({ checkpoints: wanted.checkpoints, runIds: wanted.runs.map(({ runId }) => runId) });
  }

  // One after the other, and once for all that ended meanwhile; a failure is a warning, for the run itself is safe.
  news.whenOver(() => {
    if (isWanted || store.viewing !== null) return;
    isWanted = true;
    acting = acting.then(() => { isWanted = false; return act(); }).catch((error: unknown) => { process.emitWarning(`the project could not be kept within its limit: ${(error as Error).message}`); });
  });

  return { plan, free, async close() { isClosed = true; await acting; } };
}
