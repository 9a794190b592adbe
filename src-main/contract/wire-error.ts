/** An error as plain data, and back. Only the classes named here are ever rebuilt: the other end does not choose what we construct. */

import { SpecError, StoreError, TrainingError } from "../../src-engine/spec/errors.ts";
import type { Place, Problem } from "../../src-engine/spec/errors.ts";

export interface WireError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly at: Place;
  readonly hint: string;
  readonly problems: readonly Problem[];
  readonly step: number | null;
}

/** Name, code, place, hint and problems; never a stack. An error that is none of the three is a fault of ours: code `internal`. */
export function toWire(error: unknown): WireError {
  const message = error instanceof Error ? error.message : String(error);
  const bare = { name: "Error", code: "internal", message, at: {}, hint: "", problems: [], step: null };
  if (error instanceof SpecError) return { ...bare, name: error.name, code: error.code, at: error.at, hint: error.hint, problems: error.problems };
  if (error instanceof TrainingError) return { ...bare, name: error.name, code: error.code, at: error.at, hint: error.hint, step: error.step };
  if (error instanceof StoreError) return { ...bare, name: error.name, code: error.code, at: error.at, hint: error.hint };
  return bare;
}

export function fromWire(wire: WireError): Error {
  switch (wire.name) {
    case "SpecError": return new SpecError(wire.problems, wire.hint);
    case "TrainingError": return new TrainingError(wire.code as TrainingError["code"] & ("diverged" | "workerDied" | "outOfMemory" | "noExecutor"), wire.message, wire.step ?? 0, wire.hint);
    case "StoreError": return new StoreError(wire.code, wire.message, wire.at, wire.hint);
    default: return Object.assign(new Error(wire.message), { code: wire.code });
  }
}
