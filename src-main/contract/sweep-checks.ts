/** The declarations and checks of a sweep-spec, for clients that draw forms and figures: the same functions the service uses. */

export { checkSweepSpec, isOrdered, sweepFields } from "../../src-engine/spec/sweep-spec.ts";
export type { Axis, AxisRole, Constraint, FixedAxis, IntervalAxis, Objective, SweepSpec, ValuesAxis } from "../../src-engine/spec/sweep-spec.ts";
export { forSeveralObjectives, prunerKinds, samplerKinds } from "../../src-engine/spec/search-kinds.ts";
export type { PrunerKind, SamplerKind, SearchKind } from "../../src-engine/spec/search-kinds.ts";
export { generationOf } from "../../src-engine/spec/population-spec.ts";
export { declaredAt } from "../../src-engine/spec/sweep-path.ts";
export { directions } from "../../src-engine/spec/metric-name.ts";
export type { Scale } from "../../src-engine/spec/param.ts";
