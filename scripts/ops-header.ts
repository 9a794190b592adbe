/** The C side of the table of operations: their numbers, and a case for each kernel in the interpreter's switch. */

import { codes, kinds, opsVersion } from "../src-engine/kernels/ops.ts";
import type { Control, Op } from "../src-engine/kernels/ops.ts";

const windowWords = 11;

/** The text of src-engine/kernels/source/ops.h: included within the switch of program.c. */
export function opsHeader(): string {
  const names = Object.keys(kinds) as (Op | Control)[];
  const numbers = names.map((op) => `#define OP_${op.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()} ${codes[op]}`);
  return ["// Written by scripts/ops-header.ts from src-engine/kernels/ops.ts; not to be edited.", "// Without KERNELS the numbers, with KERNELS the cases of the switch.", "#ifndef KERNELS", `#define OPS_VERSION ${opsVersion}`, ...numbers, "#else", ...names.filter((op) => kinds[op].isKernel).map(caseOf), "#endif", ""].join("\n");
}

function caseOf(op: Op | Control): string {
  const { returns, needsRoom, args } = kinds[op];
  let at = returns ? 2 : 1;
  const values = args.map((kind) => {
    const i = at;
    at += kind === "w" ? windowWords : 1;
    switch (kind) {
      case "v": return `FLOATS(${i})`;
      case "n": return `FLOATS_OR_NULL(${i})`;
      case "r": return `REAL(${i})`;
      case "w": return `WINDOW(${i})`;
      case "s": return `STREAM(${i})`;
      default: return `WHOLE(${i})`;
    }
  });
  const call = `k_${op}(${[...values, ...(needsRoom ? ["room"] : [])].join(", ")})`;
  return `case ${codes[op]}: ${returns ? `KEEP(1, ${call})` : `${call};`} w += ${at}; break;`;
}
