import { describe, expect, it } from "vitest";
import { fit } from "../../src-main/contract/fuzzy.ts";
import { openStore } from "../../src-main/store/open.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";

describe("how well a text fits", () => {
  it("takes letters in order, words in any order, and nothing else", () => {
    expect(fit("digits, dropout 0.7", "dgt")?.at).toEqual([0, 2, 4]);
    expect(fit("digits, dropout 0.7", "drop dig")).not.toBeNull();
    expect(fit("digits", "tgd")).toBeNull();
    expect(fit("digits", "digits dropout")).toBeNull();
  });
  it("says which letters: those that begin words and stand together before scattered ones", () => {
    expect(fit("a rd red", "red")?.at).toEqual([5, 6, 7]);
    expect(fit("New run from this", "nr")?.at).toEqual([0, 4]);
    expect(fit("batchNorm", "bn")?.at).toEqual([0, 5]);
  });
  it.each([["Go to Runs", "Change how it turns", "run"], ["adam", "a distant item matters", "adam"], ["学习率计划", "学了又习，效率高", "学习率"]])("puts %j before %j for %j", (better, worse, typed) => {
    expect(fit(better, typed)!.score).toBeGreaterThan(fit(worse, typed)?.score ?? -Infinity);
  });
  it("fits everything when nothing is typed, and is not lost in a long text", () => {
    expect(fit("anything", "  ")).toEqual({ score: 0, at: [] });
    expect(fit("a".repeat(100_000), "aab")).toBeNull();
  });
});

describe("the search of a project", () => {
  function filled(run: (find: (text: string) => string[], store: ReturnType<typeof openStore>) => void): void {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    try {
      const other = store.experiments.add({ name: "Which optimizer?", question: "Does momentum pay on moons?", createdMs: 1 });
      store.runs.addGroup([newRun(store, { experimentId: other.id, name: "moons 100% wide" }), newRun(store, { experimentId: other.id, name: "moons_deep" })]);
      store.runs.addGroup([newRun(store, { experimentId: other.id, name: "月牙 基线" })]);
      store.runs.mark("r-1", { tags: ["best so far"] });
      store.journal.write("r-2", { notes: "The gradient exploded at step 40.\nClip it at 1." }, 5);
      store.journal.write("project", { decision: "不再使用 dropout" }, 6);
      run((text) => store.search.find(text, 10).map(({ kind, id }) => `${kind} ${id}`), store);
    } finally { store.close(); }
  }

  it("finds runs by letters of their name or by id, and signs of LIKE stand for themselves", () => filled((find) => {
    expect(find("mns dp")).toContain("run r-2");
    expect(find("r-3")).toContain("run r-3");
    expect(find("100%")).toEqual(["run r-1"]);
    expect(find("s_d")).toEqual(["run r-2"]);
    expect(find("月牙")).toEqual(["run r-3"]);
    expect(find("' or 1=1 --")).toEqual([]);
  }));
  it("finds experiments by name and question, tags, and what was written, with the words around it", () => filled((find, store) => {
    expect(find("momentum pay")).toEqual(["experiment e-1"]);
    expect(find("best")).toEqual(["run r-1", "tag best so far"]);
    expect(find("exploded")).toEqual(["note r-2"]);
    expect(store.search.find("clip", 10)).toEqual([{ kind: "note", id: "r-2", title: expect.stringContaining("step 40. Clip it at 1.") as string, about: "moons_deep" }]);
    expect(find("不再")).toEqual(["note project"]);
  }));
  it("leaves the trash out, and shows the newest when nothing is typed", () => filled((find, store) => {
    store.runs.end("r-3", { epoch: 1, step: 1, trainingMs: 1, metrics: {}, series: [], state: "stopped", reason: null, endedMs: 9, weightHash: null, checkpoint: null, notes: [], hashes: [] });
    store.trash.put(["r-3"], 9);
    expect(find("月牙")).toEqual([]);
    expect(find("").slice(0, 2)).toEqual(["run r-2", "run r-1"]);
  }));
  it("keeps to the limit of each kind", () => filled((_, store) => { expect(store.search.find("moons", 1).filter(({ kind }) => kind === "run")).toHaveLength(1); }));
});
