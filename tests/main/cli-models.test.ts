/** Networks and curves leave by the command line, and answer there. */

import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { SpecError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { commands } from "../../src-main/cli/commands.ts";
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

  it.each([[["r-1", "--format", "pickle"], "--format <kind>"], [["r-1", "r-2", "--format", "onnx"], "writes one network at a time as onnx; got 2 runs"], [["r-1", "--format", "npz", "--metric", "train/loss"], "--metric goes with --format csv or jsonl"]])("refuses %j", async (args, said) => {
    const { told, service, world } = machine(given);
    expect(await commands(["export", ...args], world)).toBe(2);
    expect(told.err).toContain(said);
    expect(service.asked).toEqual([]);
  });

  it("writes curves to a file too", async () => {
    const { told, world } = machine({ exportSeries: async () => ({ text: "run\r\nr-1\r\n", rows: 1 }) });
    expect(await commands(["export", "r-1", "--out", "curves.csv"], world)).toBe(0);
    expect(new TextDecoder().decode(told.written.get(resolve("curves.csv")))).toBe("run\r\nr-1\r\n");
    expect(told.out).toEqual(["curves.csv  10 bytes"]);
  });
});

it("export writes CSV, or one JSON object a point with words where JSON has no numbers", async () => {
  const { told, service, world } = machine({ exportSeries: async () => ({ text: "run\r\nr-1\r\n", rows: 1 }), readSeries: async () => [{ runId: "r-1", metric: "train/loss", steps: Float64Array.of(0, 14), values: Float64Array.of(2, NaN) }] });
  expect(await commands(["export", "r-1", "--metric", "train/loss"], world)).toBe(0);
  expect(await commands(["export", "r-1", "--format", "jsonl"], world)).toBe(0);
  expect(told.out).toEqual(["run\r\nr-1\r", '{"runId":"r-1","metric":"train/loss","step":0,"value":2}\n{"runId":"r-1","metric":"train/loss","step":14,"value":"NaN"}']);
  expect(service.asked[0]).toEqual({ method: "exportSeries", input: { runIds: ["r-1"], metrics: ["train/loss"] } });
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
