/** The built preload, run as Electron's sandbox runs it: one CommonJS script, given nothing but `require("electron")`. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";

const folder = resolve(import.meta.dirname, "..", "..", "out", "preload");
const file = join(folder, "preload.cjs");
if (!existsSync(file)) throw new Error(`${file} is missing. Run npm run build first.`);
const source = readFileSync(file, "utf8");

/** Runs the script; returns what it exposed, what it asked for, and both ends of its ipcRenderer. */
function run() {
  const exposed: Record<string, Record<string, (...given: unknown[]) => unknown>> = {};
  const required: string[] = [];
  const sent: unknown[][] = [];
  const listeners = new Map<string, ((event: unknown, message: unknown) => void)[]>();
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, api: Record<string, (...given: unknown[]) => unknown>) => { exposed[name] = api; } },
    ipcRenderer: {
      send: (...given: unknown[]) => { sent.push(given); },
      on: (channel: string, listener: (event: unknown, message: unknown) => void) => { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); },
      off: (channel: string, listener: unknown) => { listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== listener)); },
    },
  };
  const require = (name: string) => { required.push(name); if (name !== "electron") throw new Error(`module not found: ${name}`); return electron; };
  runInNewContext(source, { require, exports: {}, module: { exports: {} } });
  return { exposed, required, sent, listeners, arrive: (message: unknown) => { for (const listener of listeners.get("workbench") ?? []) listener({ sender: electron.ipcRenderer }, message); } };
}

describe("the built preload", () => {
  it("is one file that asks for nothing but electron", () => {
    expect(readdirSync(folder)).toEqual(["preload.cjs"]);
    expect(run().required).toEqual(["electron"]);
    expect(source).not.toMatch(/\bimport\b\s*[({"']|process\./);
  });

  it("exposes window.workbench with post and on, and nothing else", () => {
    const { exposed } = run();
    expect(Object.keys(exposed)).toEqual(["workbench"]);
    expect(Object.keys(exposed["workbench"]!).sort()).toEqual(["on", "post"]);
  });

  it("posts on the one channel only, whatever the message says", () => {
    const { exposed, sent } = run();
    exposed["workbench"]!["post"]!({ channel: "other" }, "other");
    expect(sent).toEqual([["workbench", { channel: "other" }]]);
  });

  it("hands on messages without the event, until told to stop", () => {
    const { exposed, listeners, arrive } = run();
    const heard: unknown[][] = [];
    const stop = exposed["workbench"]!["on"]!((...given: unknown[]) => { heard.push(given); }) as () => void;
    arrive({ a: 1 });
    stop();
    arrive({ a: 2 });
    expect([heard, [...listeners.keys()]]).toEqual([[[{ a: 1 }]], ["workbench"]]);
  });
});
