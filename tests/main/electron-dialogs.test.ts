/** Open and save: what the port gives and takes, and that a page's name never becomes a place. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nativeDialogs, plainName } from "../../src-main/electron/dialogs.ts";
import { fakeElectron } from "../support/fake-electron.ts";
import type { FakeElectron } from "../support/fake-electron.ts";
import type { Dialogs } from "../../src-main/service/workbench.ts";

let folder: string;
let fake: FakeElectron;
let dialogs: Dialogs;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "descent-dialogs-"));
  fake = fakeElectron();
  dialogs = nativeDialogs(fake.electron.dialog, () => null);
});
afterEach(() => { rmSync(folder, { recursive: true }); });

describe("chooseFile", () => {
  it("gives name and bytes of the chosen file, never its place", async () => {
    fake.seen.choose = join(folder, "flowers.csv");
    writeFileSync(fake.seen.choose, "a,b\n1,2\n");
    expect(await dialogs.chooseFile()).toEqual({ name: "flowers.csv", bytes: new TextEncoder().encode("a,b\n1,2\n") });
  });

  it("gives null when the person cancels", async () => { expect(await dialogs.chooseFile()).toBeNull(); });

  it("takes 64 MB and refuses one byte more, with the size found and the size allowed", async () => {
    fake.seen.choose = join(folder, "big.csv");
    writeFileSync(fake.seen.choose, "");
    truncateSync(fake.seen.choose, 64 * 1024 * 1024);
    expect((await dialogs.chooseFile())!.bytes.length).toBe(67108864);
    truncateSync(fake.seen.choose, 64 * 1024 * 1024 + 1);
    await expect(dialogs.chooseFile()).rejects.toMatchObject({ name: "SpecError", message: "big.csv must have at most 67108864 bytes (64 MB); it has 67108865" });
  });

  it("refuses a folder, and names what cannot be read", async () => {
    fake.seen.choose = folder;
    await expect(dialogs.chooseFile()).rejects.toMatchObject({ name: "SpecError" });
    fake.seen.choose = join(folder, "gone.csv");
    await expect(dialogs.chooseFile()).rejects.toMatchObject({ name: "StoreError", code: "cannotRead", at: { file: join(folder, "gone.csv") } });
  });
});

describe("saveFile", () => {
  it("writes the text where the person says", async () => {
    fake.seen.save = join(folder, "out.json");
    expect(await dialogs.saveFile("run.json", "{\"η\":1}")).toBe(true);
    expect(readFileSync(fake.seen.save, "utf8")).toBe("{\"η\":1}");
  });

  it("writes bytes as they are", async () => {
    fake.seen.save = join(folder, "out.pdf");
    expect(await dialogs.saveFile("report.pdf", new Uint8Array([0, 255, 10]))).toBe(true);
    expect([...readFileSync(fake.seen.save)]).toEqual([0, 255, 10]);
  });

  it("writes nothing and says false when the person cancels", async () => { expect(await dialogs.saveFile("run.json", "x")).toBe(false); });

  it("names the file it could not write", async () => {
    mkdirSync(join(folder, "taken"));
    fake.seen.save = join(folder, "taken");
    await expect(dialogs.saveFile("run.json", "x")).rejects.toMatchObject({ name: "StoreError", code: "cannotWrite", at: { file: join(folder, "taken") } });
  });

  it("proposes the page's name without its folders", async () => {
    await dialogs.saveFile("../../etc/cron.d/run.json", "x");
    expect(fake.seen.dialogs).toEqual([{ defaultPath: "-..-etc-cron.d-run.json" }]);
  });

  it.each([
    ["digits · adam.json", "digits · adam.json"], ["/etc/passwd", "-etc-passwd"], ["..\\..\\x", "-..-x"], ["C:\\x.csv", "C-x.csv"], ["a\u0000b\n.csv", "a-b-.csv"],
    ["..", "descent"], ["", "descent"], ["运行.csv", "运行.csv"], ["x".repeat(300), "x".repeat(200)],
  ])("proposes %j as %j", (name, plain) => { expect(plainName(name)).toBe(plain); });
});
