/** Numbers in the tables, names outside: run 12 is `r-12`, experiment 3 is `e-3`, group 5 is `g-5`, sweep 2 is `s-2`, report 4 is `p-4`. */

import { StoreError } from "../contract/errors.ts";

const words = { r: ["run", "noSuchRun"], e: ["experiment", "noSuchExperiment"], s: ["sweep", "noSuchSweep"], p: ["report", "noSuchReport"] } as const;
type Letter = keyof typeof words;

export const nameOf = (letter: Letter | "g", number: number): string => `${letter}-${number}`;

/** The number in the table; throws StoreError for what is no id of that letter. */
export function numberOf(letter: Letter, id: string): number {
  const digits = /^([resp])-([1-9][0-9]{0,14})$/.exec(id);
  if (digits === null || digits[1] !== letter) throw noSuch(letter, id);
  return Number(digits[2]);
}

export function noSuch(letter: Letter, id: string): StoreError {
  const [word, code] = words[letter];
  return new StoreError(code, `there is no ${word} ${JSON.stringify(id)} in this project`, {}, `Ids look like ${letter}-1; list the ${word}s to see them.`);
}
