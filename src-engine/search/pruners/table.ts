/** Every pruner by its kind; a declared one without its work does not compile. */

import type { PrunerKind } from "../../spec/search-kinds.ts";
import type { Pruner } from "../curve.ts";
import { asha } from "./asha.ts";
import { hyperband, successiveHalving } from "./halving.ts";
import { medianPruner } from "./median.ts";
import { wilcoxon } from "./wilcoxon.ts";

/** Of a population too: its trials end where their generation does. */
const none: Pruner = () => "go";

/** Options have passed the check of the sweep-spec. */
export const pruners = { none, median: medianPruner, successiveHalving, asha, hyperband, population: none, wilcoxon } satisfies Readonly<Record<PrunerKind, unknown>> as unknown as Readonly<Record<PrunerKind, Pruner>>;
