/** Every sampler by its kind; a declared one without its work does not compile. */

import type { SamplerKind } from "../../spec/search-kinds.ts";
import type { Sampler } from "../cube.ts";
import { cmaEs } from "./cma-es.ts";
import { gaussianProcess } from "./gaussian-process.ts";
import { fill, grid } from "./grid.ts";
import { latinHypercube } from "./latin-hypercube.ts";
import { nsga2 } from "./nsga2.ts";
import { random } from "./random.ts";
import { sobol } from "./sobol.ts";
import { bohb, tpe } from "./tpe.ts";

/** Options have passed the check of the sweep-spec. */
export const samplers = { grid, random, sobol, latinHypercube, gaussianProcess, tpe, bohb, cmaEs, nsga2, fill } satisfies Readonly<Record<SamplerKind, unknown>> as unknown as Readonly<Record<SamplerKind, Sampler>>;
