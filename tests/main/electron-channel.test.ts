/** Who is heard on the desktop door's one channel, and for how long. */

import { describe, expect, it } from "vitest";
import { connect } from "../../src-main/contract/rpc.ts";
import { inputs } from "../../src-main/contract/inputs.ts";
import { servePage } from "../../src-main/electron/page-channel.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { FakeContents, fakeElectron, frameAt, pageSide } from "../support/fake-electron.ts";
import { fakeWorkbench } from "../support/fake-workbench.ts";

function serving(service: Partial<WorkbenchService>) {
  const fake = fakeElectron();
  const contents = new FakeContents();
  contents.mainFrame = frameAt("app://descent");
  const refused: string[] = [];
  servePage(fake.electron.ipcMain, contents as unknown as Electron.WebContents, fakeWorkbench(service), inputs(), (sender) => { refused.push(sender); });
  return { fake, contents, refused };
}

/** A question as the page's end writes it on the wire. */
const question = (() => {
  let written: unknown;
  void connect({ post: (message) => { written = message; }, on: () => () => undefined }).listFiles({}).catch(() => undefined);
  return async () => { await Promise.resolve(); return written; };
})();

const settled = () => new Promise((resolve) => { setImmediate(resolve); });

describe("a message", () => {
  it("of the main frame at app://descent is answered", async () => {
    const { fake, contents, refused } = serving({ listFiles: () => Promise.resolve([]) });
    expect(await connect(pageSide(fake, contents)).listFiles({})).toEqual([]);
    expect(refused).toEqual([]);
  });

  it.each([
    ["a sub-frame at our own origin", () => frameAt("app://descent"), "a frame at app://descent"],
    ["a sub-frame elsewhere", () => frameAt("https://example.org"), "a frame at https://example.org"],
    ["a frame that is gone", () => null, "a frame that is gone"],
  ])("of %s is not answered", async (_name, frame, told) => {
    const { fake, contents, refused } = serving({ listFiles: () => Promise.resolve([]) });
    fake.deliver(contents, "workbench", await question(), frame());
    await settled();
    expect([contents.sent, refused]).toEqual([[], [told]]);
  });

  it.each(["https://example.org", "http://descent", "app://evil", "app://descent.evil", "app://descent:1", "file://", "null"])("of the main frame at %s is not answered", async (origin) => {
    const { fake, contents, refused } = serving({ listFiles: () => Promise.resolve([]) });
    contents.mainFrame = frameAt(origin);
    fake.deliver(contents, "workbench", await question());
    await settled();
    expect([contents.sent, refused]).toEqual([[], [`a page at ${origin}`]]);
  });

  it("of another window is left to that window's own channel", async () => {
    const { fake, contents } = serving({ listFiles: () => Promise.resolve([]) });
    const other = new FakeContents();
    other.mainFrame = frameAt("app://descent");
    fake.deliver(other, "workbench", await question());
    await settled();
    expect([contents.sent, other.sent]).toEqual([[], []]);
  });

  it("on another channel reaches nobody", async () => {
    const { fake, contents } = serving({ listFiles: () => Promise.resolve([]) });
    fake.deliver(contents, "workbench2", await question());
    await settled();
    expect([contents.sent, fake.ipcMain.eventNames()]).toEqual([[], ["workbench"]]);
  });

  it("with an input that fails its check becomes an error with the path, and the service is not called", async () => {
    const { fake, contents } = serving({ run: () => Promise.reject(new Error("the service was called")) });
    await expect(connect(pageSide(fake, contents)).run({ runId: "../../etc/passwd" })).rejects.toMatchObject({ name: "SpecError", problems: [{ path: "runId" }] });
  });

  it("that is no question at all is dropped", async () => {
    const { fake, contents } = serving({ listFiles: () => Promise.resolve([]) });
    for (const odd of [null, undefined, 1, "listFiles", [], { t: "q" }, { __proto__: null }]) fake.deliver(contents, "workbench", odd);
    await settled();
    expect(contents.sent).toEqual([]);
    expect(await connect(pageSide(fake, contents)).listFiles({})).toEqual([]);
  });
});

describe("a page", () => {
  /** Streams that never send, and how many of them are being listened to. */
  function silent() {
    let open = 0;
    const watchWorkbench = () => {
      open++;
      let isOver = false;
      return { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined), return: () => { if (!isOver) open--; isOver = true; return Promise.resolve({ done: true as const, value: undefined }); } }) };
    };
    return { watchWorkbench, count: () => open };
  }

  it.each([
    ["is reloaded", (contents: FakeContents) => { contents.emit("did-navigate", {}, "app://descent/", -1, ""); }],
    ["is closed", (contents: FakeContents) => { contents.isGone = true; contents.emit("destroyed"); }],
  ])("that %s leaves its streams", async (_name, happens) => {
    const { watchWorkbench, count } = silent();
    const { fake, contents } = serving({ watchWorkbench });
    void connect(pageSide(fake, contents)).watchWorkbench({})[Symbol.asyncIterator]().next().catch(() => undefined);
    await settled();
    expect(count()).toBe(1);
    happens(contents);
    await settled();
    expect(count()).toBe(0);
  });

  it("is answered after a reload, and leaves no listener behind when it is closed", async () => {
    const { fake, contents } = serving({ listFiles: () => Promise.resolve([]) });
    contents.emit("did-navigate", {}, "app://descent/", -1, "");
    expect(await connect(pageSide(fake, contents)).listFiles({})).toEqual([]);
    expect(fake.ipcMain.listenerCount("workbench")).toBe(1);
    contents.emit("destroyed");
    expect(fake.ipcMain.listenerCount("workbench")).toBe(0);
  });
});
