/** What the engine and the service refuse, said in Chinese: every reason by a problem that the checks themselves found, whole, with its values and without its English. */

import { describe, expect, it } from "vitest";
import type { Problem, Why } from "../../src-main/contract/checks.ts";
import { editor as zh } from "../../src-renderer/words/editor.zh.ts";
import { refusedCapsules } from "./support/refused-capsules.ts";
import { refusedData } from "./support/refused-data.ts";
import { refusedForeign } from "./support/refused-foreign.ts";
import { refusedPlans } from "./support/refused-plans.ts";
import { refusedRequests, refusedTexts } from "./support/refused-texts.ts";

const cases: Readonly<Record<Why, () => readonly Problem[] | Promise<readonly Problem[]>>> = { ...refusedData, ...refusedPlans, ...refusedTexts, ...refusedRequests, ...refusedForeign, ...refusedCapsules };

/** Pieces that a sentence says in words of its own, or that are there for programs. */
const inOtherWords = ["why", "group", "counts", "empty", "role", "of", "not", "axis", "what", "fault"];
const threeEnglishWords = /[A-Za-z]{2,}(?:[ ,;:.]+[A-Za-z]{2,}){2,}/;

describe("what is refused", () => {
  it.each(Object.entries(cases))("%s is a whole Chinese sentence with its values", async (why, refused) => {
    const problems = await refused();
    const found = problems.find((one) => one.details.why === why);
    expect(found, JSON.stringify(problems)).toBeDefined();
    const said = zh.problem(found!);
    expect(said).toMatch(/\p{Script=Han}/u);
    expect(said).not.toContain(found!.message);
    expect(said).not.toMatch(/undefined| {2}|[：“、] ?$/);
    const pieces = Object.entries(found!.details).filter(([key, value]) => !inOtherWords.includes(key) && !(key === "more" && value === "0"));
    for (const [key, value] of pieces) expect(said, key).toContain(value);
    const own = pieces.map(([, value]) => value).sort((a, b) => b.length - a.length).filter((value) => value !== "").reduce((rest, value) => rest.replaceAll(value, "·"), said);
    expect(own).not.toMatch(threeEnglishWords);
  });
});
