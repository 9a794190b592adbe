/** Metrics as JSON and back. JSON has no NaN and no infinity; they are written as the text JavaScript gives them, and Number() reads it back. */

import type { Run } from "../contract/nouns.ts";

export const metricsText = (metrics: Run["metrics"]): string => JSON.stringify(metrics, (_, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value));

export const metricsFrom = (text: string): Run["metrics"] => Object.fromEntries(Object.entries(JSON.parse(text) as Record<string, number | string>).map(([name, value]) => [name, Number(value)]));
