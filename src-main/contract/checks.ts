/** The declarations and checks of a run-spec, for clients that draw forms: the same functions the service uses, so a form and a door cannot disagree. */

export { checkRunSpec, runFields } from "../../src-engine/spec/run-spec.ts";
export type { PartialRunSpec } from "../../src-engine/spec/run-spec.ts";
export { check, complete, contains, interval } from "../../src-engine/spec/param.ts";
export type { Catalog, Choice, Component, ComponentOf, Described, Family, Flag, Integer, ListOf, Optional, Param, Params, Real, RecordOf, Text } from "../../src-engine/spec/param.ts";
export { sentence, SpecError, StoreError } from "../../src-engine/spec/errors.ts";
export type { CapsuleWhy, DataWhy, Details, ForeignWhy, PlanWhy, Problem, ProblemCode, RequestWhy, SweepProblemCode, TextWhy, Why } from "../../src-engine/spec/errors.ts";
