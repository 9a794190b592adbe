/** Networks and curves leave by the command line, and answer there. */

import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { SpecError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { commands } from "../../src-main/cli/commands.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { machine } from "../support/machine.ts";

describe("descent export", () => {
  const given = { exportModel: async () => ({ name: "r-1-digits.onnx", bytes: Uint8Array.of(1, 2, 3) }) };

  it("writes the file where --out says, and tells its size", async () => {
    const { told, service, world } = machine(given);
    expect(await commands(["export", "r-1", "--format", "onnx", "--out", "m.onnx"], world)).toBe(0);
    expect(service.asked).toEqual([{ method: "exportModel", input: { runId: "r-1", format: "onnx" } }]);
    expect(told.written.get(resolve("m.onnx"))).toEqual(Uint8Array.of(1, 2, 3));
    expect(told.out).toEqual(["m.onnx  3 bytes"]);
  });

  it("takes the run's own file name without --out, and replaces a file only when told to", async () => {
    const { told, world } = machine(given, undefined, { "r-1-digits.onnx": "before" });
    expect(await commands(["export", "r-1", "--format", "onnx"], world)).toBe(3);
    expect(told.err).toMatch(/r-1-digits.onnx exists already and was not replaced\nChoose another --out, or say --force/);
    expect(told.written.size).toBe(0);
    expect(await commands(["export", "r-1", "--format", "onnx", "--force", "--json"], world)).toBe(0);
    expect(JSON.parse(told.out[0]!)).toEqual({ kind: "exported", runId: "r-1", format: "onnx", file: "r-1-digits.onnx", sizeBytes: 3 });
  });

  it.each([[["r-1", "--format", "pickle"], "--format <kind>"], [["r-1", "r-2", "--format", "onnx"], "writes one network at a time as onnx; got 2 runs"], [["r-1", "--format", "npz", "--metric", "train/loss"], "--metric, --table, --columns and --where go with --format csv, json, jsonl, parquet"]])("refuses %j", async (args, said) => {
    const { told, service, world } = machine(given);
    expect(await commands(["export", ...args], world)).toBe(2);
    expect(told.err).toContain(said);
    expect(service.asked).toEqual([]);
  });
});

describe("descent export of stored data", () => {
  const sent = (...texts: readonly string[]): Pick<Workbench, "exportFile"> => ({
    async *exportFile() {
      for (const text of texts) yield { kind: "bytes", bytes: new TextEncoder().encode(text) };
      yield { kind: "done", rows: 2 };
    },
  });

  it("writes curves to a file and tells rows and bytes", async () => {
    const { told, service, world } = machine(sent("run\r\n", "r-1\r\n"));
    expect(await commands(["export", "r-1", "--metric", "train/loss", "--out", "curves.csv"], world)).toBe(0);
    expect(new TextDecoder().decode(told.written.get(resolve("curves.csv")))).toBe("run\r\nr-1\r\n");
    expect(told.out).toEqual(["curves.csv  2 rows, 10 bytes"]);
    expect(service.asked).toEqual([{ method: "exportFile", input: { wish: { kind: "curves", format: "csv", runIds: ["r-1"], metrics: ["train/loss"] } } }]);
  });

  it("prints whole lines as they come, and the number of rows beside them", async () => {
    const { told, world } = machine(sent('{"a":1}\n{"a"', ":2}\n"));
    expect(await commands(["export", "r-1", "--format", "jsonl"], world)).toBe(0);
    expect(told.out).toEqual(['{"a":1}', '{"a":2}']);
    expect(told.err).toBe("2 rows\n");
  });

  it("makes a table of the runs a query admits, in a file of its own where the form is no text", async () => {
    const { told, service, world } = machine(sent("PAR1"));
    expect(await commands(["export", "--table", "--where", "state = finished", "--columns", "name, seed", "--format", "parquet", "--json"], world)).toBe(0);
    expect(service.asked).toEqual([{ method: "listRuns", input: { where: "state = finished" } }, { method: "exportFile", input: { wish: { kind: "runs", format: "parquet", runIds: ["r-1"], columns: ["name", "seed"] } } }]);
    expect(JSON.parse(told.out[0]!)).toEqual({ kind: "exported", runIds: ["r-1"], format: "parquet", file: "runs.parquet", rows: 2, sizeBytes: 4 });
  });

  it("broken off by Ctrl-C writes nothing and says so", async () => {
    const { told, world } = machine({ async *exportFile() { yield { kind: "bytes", bytes: Uint8Array.of(1) }; told.press(); yield { kind: "bytes", bytes: Uint8Array.of(2) }; } });
    expect(await commands(["export", "r-1", "--out", "a.csv"], world)).toBe(130);
    expect(told.err).toBe("Stopped; a.csv was not written.\n");
    expect(told.written.size).toBe(0);
  });

  it.each([[[], "needs the ids of runs, or --table"], [["r-1", "--where", "seed = 1"], "--columns and --where go with --table"], [["--table", "--metric", "a/b"], "--metric names curves"]])("refuses %j", async (args, said) => {
    const { told, service, world } = machine();
    expect(await commands(["export", ...args], world)).toBe(2);
    expect(told.err).toContain(said);
    expect(service.asked).toEqual([]);
  });
});

describe("descent predict", () => {
  const answer = { rows: 2, targetName: "=answer", classes: ["no", "yes"], predicted: Float64Array.of(1, 0), probabilities: Float64Array.of(0.25, 0.75, 0.9, 0.1), ignored: ["id"] };

  it("prints the class and each probability as CSV, and on stderr which columns it left aside", async () => {
    const { told, service, world } = machine({ predictRows: async () => answer }, undefined, { "new.csv": "id,a\n1,2\n2,3\n" });
    expect(await commands(["predict", "r-1", "new.csv"], world)).toBe(0);
    expect(service.asked).toMatchObject([{ method: "predictRows", input: { runId: "r-1", from: { kind: "csv", name: "new.csv" } } }]);
    expect(told.out.join("\n")).toBe("'=answer,P(no),P(yes)\nyes,0.25,0.75\nno,0.9,0.1");
    expect(told.err).toBe("Columns that are no features were left aside: id\n");
  });

  it("prints an object for each row with --json", async () => {
    const { told, world } = machine({ predictRows: async () => answer }, undefined, { "new.csv": "a\n1\n" });
    await commands(["predict", "r-1", "new.csv", "--json"], world);
    expect(told.out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { kind: "prediction", runId: "r-1", row: 1, predicted: "yes", probabilities: { no: 0.25, yes: 0.75 } },
      { kind: "prediction", runId: "r-1", row: 2, predicted: "no", probabilities: { no: 0.9, yes: 0.1 } },
    ]);
  });

  it("names a wrong cell by file, line and column, and a file that is not there", async () => {
    const wrong = new SpecError([{ ...problem("data.file", "badData", 'has "x" in column "a"', {}), at: { file: "new.csv", line: 3, column: 2 } }]);
    const { told, world } = machine({ predictRows: async () => { throw wrong; } }, undefined, { "new.csv": "a\n1\n" });
    expect(await commands(["predict", "r-1", "new.csv"], world)).toBe(2);
    expect(told.err).toMatch(/^new.csv:3:2: data.file has "x" in column "a"/);
    expect(await commands(["predict", "r-1", "gone.csv"], world)).toBe(3);
    expect(told.err).toContain("The file of rows gone.csv cannot be read: there is no such file.");
  });
});
