/** What went wrong, told in either language. */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { SpecError, StoreError } from "../../src-main/contract/errors.ts";
import { failureWords } from "../../src-renderer/parts/failure-words.ts";
import { en } from "../../src-renderer/words/en.ts";
import { failures } from "../../src-renderer/words/failures.zh.ts";
import { zh } from "../../src-renderer/words/zh.ts";

const root = resolve(import.meta.dirname, "../..");
const sources = ["src-engine", "src-main"].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts")).map((name) => readFileSync(join(root, folder, name), "utf8")));
/** What stands as an error's code, in whatever way it comes there. */
const ways = [/new (?:Store|Training)Error\(\s*"([a-zA-Z]+)"/g, /new StoreError\(code === "[A-Z]+" \? "([a-zA-Z]+)"/g, /new StoreError\(code === "[A-Z]+" \? "[a-zA-Z]+" : "([a-zA-Z]+)"/g, /return \{ code: "([a-zA-Z]+)", what:/g, /trouble\("([a-zA-Z]+)", "/g, /\["[a-z]+", "(noSuch[a-zA-Z]+)"\]/g];
const codes = new Set(sources.flatMap((text) => ways.flatMap((way) => Array.from(text.matchAll(way), ([, code]) => code!))));

describe("in Chinese", () => {
  it("every code that the source throws has its sentence", () => {
    expect(codes.size).toBeGreaterThan(55);
    expect([...codes]).toEqual(expect.arrayContaining(["diskFull", "noSuchReport", "unreadable", "cannotRead", "workerDied"]));
    expect([...codes].filter((code) => !Object.hasOwn(failures, code))).toEqual([]);
  });
  it("no sentence is left of a code that nobody throws", () => {
    const told = new Set([...codes, "lineLost", "disconnected"]);
    expect(Object.keys(failures).filter((code) => !told.has(code) && !sources.some((text) => text.includes(`"${code}"`)))).toEqual([]);
  });
  it("a code stands for the sentence; without one it is said as it came", () => {
    expect(failureWords(new StoreError("diskFull", "x could not be written", {}, "Free some space."), zh, "zh")).toBe(failures["diskFull"]);
    expect(failureWords(new Error("a fault of ours"), zh, "zh")).toBe("a fault of ours");
  });
});

it("in English it is said as it came, with how to mend it; of a broken line by this side", () => {
  expect(failureWords(new StoreError("diskFull", "x could not be written", {}, "Free some space."), en, "en")).toBe("X could not be written. Free some space.");
  expect(failureWords(Object.assign(new Error("gone"), { code: "lineLost" }), en, "en")).toBe("The connection to Descent is lost; nothing was changed.");
  expect(failureWords({ message: "what is this?" }, en, "en")).toBe("What is this?");
});

it("the problems of a spec stand in lines of their own", () => {
  expect(failureWords(new SpecError([{ path: "a", code: "mismatch", message: "must be a number", details: {} }, { path: "b", code: "mismatch", message: "must be a flag", details: {} }], "Mend it."), en, "en")).toBe("must be a number\nmust be a flag\nMend it.");
});
