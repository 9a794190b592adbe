/** Holds training before the disk is full, and lets it go on when there is room again. Is handed its measure and its timer; knows no file. */

export interface DiskGuard {
  /** Measures now. */
  look(): void;
  /** A write failed for want of space, whatever the measure says. */
  full(): void;
  /** A person lets training go on all the same: it is held again when half of what is left is gone. */
  overrule(): void;
  close(): void;
}

interface Parts {
  /** Bytes left on the disk; null where the system does not say. */
  readonly free: () => number | null;
  /** Below this training is held; above one and a half times it, it goes on. */
  readonly least: number;
  readonly hold: () => void;
  readonly release: () => void;
  /** Calls back again and again; returns how to stop. */
  readonly every: (look: () => void) => () => void;
}

export function diskGuard({ free, least, hold, release, every }: Parts): DiskGuard {
  let isHolding = false;
  let bound = least;

  function begin(): void {
    if (isHolding) return;
    isHolding = true;
    hold();
  }

  function look(): void {
    const left = free();
    if (left === null) return;
    if (left >= least * 1.5) {
      bound = least;
      if (isHolding) {
        isHolding = false;
        release();
      }
    } else if (left < bound) begin();
  }

  const stop = every(look);
  return {
    look,
    full: begin,
    overrule() {
      isHolding = false;
      bound = (free() ?? least) / 2;
    },
    close: stop,
  };
}

/** Enough for a few checkpoints of large networks and a database that grows while they are written. */
export const leastFreeBytes = 500 * 1000 * 1000;
