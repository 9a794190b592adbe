/** What a script tells of its own training over HTTP (docs/logging.md): shapes, limits and checks. */

import * as v from "valibot";
import { problem } from "../../src-engine/spec/param.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import type { ForeignValue } from "./foreign-runs.ts";

export const loggingLimits = { bodyBytes: 8 * 1024 * 1024, points: 10_000, metrics: 1000, params: 10_000, text: 100_000, name: 200, tags: 50, tag: 64, silenceMs: 60_000 } as const;

/** The file beside the project in which a script finds address and token. */
export const addressFile = (project: string): string => `${project.replace(/\.descent$/i, "")}.files/logger.json`;

export interface LoggedStart { readonly name: string; readonly group: string; readonly params: Readonly<Record<string, ForeignValue>>; readonly tags: readonly string[]; readonly notes: string }
/** `step` null: the one after the last. `timeMs` null: when it arrived. */
export interface LoggedPoint { readonly step: number | null; readonly timeMs: number | null; readonly metrics: Readonly<Record<string, number>> }
export interface LoggedEnd { readonly state: "finished" | "failed"; readonly message: string }

const name = v.pipe(v.string(), v.maxLength(loggingLimits.name));
const given = v.pipe(name, v.check((text) => text.trim() !== "", "must not be empty"));
const tag = v.pipe(v.string(), v.maxLength(loggingLimits.tag), v.check((text) => text.trim() === text && text !== "" && !text.includes(","), "must be a word or words without a comma, and without spaces around them"));
const text = v.pipe(v.string(), v.maxLength(loggingLimits.text));
/** JSON has no NaN and no infinity: they come by name. */
const number = v.pipe(v.union([v.number(), v.pipe(v.string(), v.regex(/^[+-]?(nan|inf(inity)?)$/i, "must be a number, or one of the texts NaN, Infinity, -Infinity"))], "must be a number, or one of the texts NaN, Infinity, -Infinity"), v.transform((value) => (typeof value === "number" ? value : /nan/i.test(value) ? NaN : value.startsWith("-") ? -Infinity : Infinity)));
const most = <T extends object>(n: number) => v.check<T, string>((record) => Object.keys(record).length <= n, `may have at most ${n} names`);
const value = v.union([v.pipe(v.string(), v.maxLength(loggingLimits.text)), v.pipe(v.number(), v.finite()), v.boolean(), v.null()], "must be text, a number, true, false or null");

const start = v.strictObject({
  name: v.optional(given, "run"), group: v.optional(name, ""), params: v.optional(v.pipe(v.record(given, value), most(loggingLimits.params)), {}),
  tags: v.optional(v.pipe(v.array(tag), v.maxLength(loggingLimits.tags)), []), notes: v.optional(text, ""),
});
const points = v.strictObject({
  points: v.pipe(v.array(v.strictObject({
    step: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger("must be a whole number"), v.minValue(0, "must be at least 0"))), null), timeMs: v.optional(v.nullable(v.pipe(v.number(), v.finite())), null),
    metrics: v.pipe(v.record(given, number), most(loggingLimits.metrics)),
  })), v.maxLength(loggingLimits.points)),
});
const end = v.strictObject({ state: v.optional(v.picklist(["finished", "failed"]), "finished"), message: v.optional(text, "") });

/** Throws SpecError with every problem and its place. */
export const readStart = (raw: unknown): LoggedStart => read(start, raw);
/** The same. */
export const readPoints = (raw: unknown): readonly LoggedPoint[] => read(points, raw).points;
/** The same. */
export const readEnd = (raw: unknown): LoggedEnd => read(end, raw);

function read<S extends v.GenericSchema>(schema: S, raw: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, raw);
  if (result.success) return result.output;
  throw new SpecError(result.issues.slice(0, 20).map((issue) => {
    const path = v.getDotPath(issue) ?? "body";
    if (issue.type === "strict_object" && issue.expected === "never") return problem(path, "unknownKey", "is not a key here");
    if (issue.kind === "schema" && issue.input === undefined) return problem(path, "missing", "is missing");
    return problem(path, "mismatch", issue.type === "max_length" ? `may have a length of at most ${String(issue.requirement)}` : issue.kind === "schema" && issue.type !== "union" && issue.type !== "picklist" ? `must be ${issue.expected === "Array" ? "a list" : issue.expected === "Object" ? "an object" : `a ${issue.expected ?? "value"}`}` : issue.type === "picklist" ? `must be one of ${issue.expected ?? ""}` : issue.message);
  }));
}
