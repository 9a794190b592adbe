/** The engine's errors for rooms that know the contract alone: what went wrong, where, and how to mend it. */

export { sentence, SpecError, StoreError, TrainingError } from "../../src-engine/spec/errors.ts";
export type { CapsuleWhy, Details, ForeignWhy, Place, Problem, ProblemCode, RequestWhy } from "../../src-engine/spec/errors.ts";
export { problem } from "../../src-engine/spec/param.ts";
