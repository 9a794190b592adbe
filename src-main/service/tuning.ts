/** What is measured once on a machine and kept: which vectors networks of which width are quicker with. Changes speed only, never an exact number. */

import { engineVersion, nativeKernels } from "../../src-engine/index.ts";
import type { Store } from "../store/open.ts";
import type { Pool } from "../workers/pool.ts";

export interface Tunings {
  /** Measures if that has not been done with this processor and version, or anew where asked; threads opened afterwards know it. A measurement that fails changes nothing. */
  measure(isAnew?: boolean): Promise<void>;
}

/** Takes at once what an earlier measurement kept. */
export function tunings({ store, pool }: { readonly store: Store; readonly pool: Pool }): Tunings {
  const native = nativeKernels();
  const features = "addon" in native ? native.addon.features() : { cpu: "", variants: [] };
  const cpu = `${features.cpu}: ${features.variants.join(", ")}`;
  let isKnown = features.variants.length < 2;
  const kept = store.settings.tuning(cpu, engineVersion);
  if (kept !== null) {
    pool.setNarrowTo(kept.narrowTo);
    isKnown = true;
  }
  return {
    async measure(isAnew = false) {
      if (isKnown && !isAnew) return;
      isKnown = true;
      try {
        const narrowTo = await pool.tune();
        if (narrowTo !== null) store.settings.keepTuning({ cpu, version: engineVersion, narrowTo });
      } catch {
        // The workbench closed meanwhile, or the thread died: the usual choice stays, and the next time is another one.
        isKnown = false;
      }
    },
  };
}
