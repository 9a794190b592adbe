/** In which order runs wait for their turn. Pure. */

import type { Run } from "./nouns.ts";

/** Runs as they wait, or waited: the higher priority first, then by place; those that had begun already go before those that waited. Equal ones stay as they come. */
export const inTurn = <R extends Pick<Run, "priority" | "place">>(runs: readonly R[]): readonly R[] => [...runs].sort((a, b) => b.priority - a.priority || (a.place ?? -Infinity) - (b.place ?? -Infinity) || 0);
