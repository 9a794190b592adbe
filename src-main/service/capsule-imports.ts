/** Capsules into the project: looked through on a thread of their own, and taken in there as a whole. */

import { StoreError } from "../../src-engine/spec/errors.ts";
import type { CapsuleFound } from "../contract/capsules.ts";
import type { ImportSource } from "../contract/imports.ts";
import type { Store } from "../store/open.ts";
import type { Told } from "../store/runs.ts";
import { lookThrough, takeIn } from "../transfer/incoming.ts";
import type { ImportKind, Opened } from "./imports.ts";

/** How a zip file begins. */
const zipMark = [0x50, 0x4b] as const;

export function capsuleImports({ store, told, experiments }: { readonly store: Store; readonly told: (told: Told) => void; readonly experiments: () => void }): ImportKind {
  function opened(found: CapsuleFound, given: { readonly file: string; readonly name: string; readonly bytes: Uint8Array }): Opened {
    return {
      shown() {
        const here = store.capsules.known("run", found.runs.map(({ uid }) => uid));
        const there = (uid: string) => { const known = here.get(uid); return known === undefined ? null : { runId: `r-${known.number}`, isTrashed: known.isTrashed }; };
        return { ...found, kind: "capsule", runs: found.runs.map((run) => ({ ...run, there: there(run.uid) })), data: found.data.map((one) => ({ ...one, isThere: store.files.get(one.hash) !== null })) };
      },
      async take(experimentId, advance, isLeft) {
        if (experimentId !== null) throw new StoreError("wrongState", "a capsule brings the experiments of its runs along and goes into no other", {}, "Take it in without naming one.");
        const task = takeIn(given, (done, of) => {
          advance(done, of);
          if (isLeft()) task.cancel();
        });
        const outcome = await task.done;
        for (const id of outcome.runIds) told(store.runs.get(id));
        experiments();
        return outcome;
      },
    };
  }

  return {
    isMine: ({ files }: ImportSource) => files.length === 1 && zipMark.every((byte, i) => files[0]!.bytes[i] === byte),
    open({ name, files }) {
      const given = { file: store.file, name, bytes: files[0]!.bytes };
      const { done, cancel } = lookThrough(given, () => undefined);
      return { cancel, done: done.then((found) => opened(found, given)) };
    },
  };
}
