/** Two doors, two processes, one truth: the command line and the browser's server train the same spec to the same bits. */

import { execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it, vi } from "vitest";
import { decode, encode } from "../../src-main/contract/codec.ts";
import { connect } from "../../src-main/contract/rpc.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { startDoor } from "./door.ts";

vi.setConfig({ testTimeout: 120_000 });

const root = resolve(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "descent-doors-"));
const servers: ChildProcess[] = [];
const spec = { name: "the same", data: { kind: "spirals", samples: 240 }, layers: [{ kind: "dense", units: 12 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "dropout", keepProb: 0.9 }, { kind: "dense", units: 3 }], metrics: [{ kind: "accuracy" }], train: { epochs: 12, batchSize: 32 } };

afterAll(() => {
  for (const server of servers) server.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** The built server on a project, and a client as a page of it has one. */
async function open(project: string): Promise<{ workbench: Workbench; close(): Promise<void> }> {
  const { server, url: address } = await startDoor(join(folder, project));
  servers.push(server);
  const url = new URL(address);
  const socket = new WebSocket(`ws://${url.host}/rpc`, ["descent", url.hash.replace("#token=", "")]);
  await new Promise<void>((opened, refused) => { socket.onopen = () => { opened(); }; socket.onerror = () => { refused(new Error("the server refused the socket")); }; });
  const workbench = connect({
    post: (message) => { socket.send(encode(message)); },
    on(listener) {
      const hear = (event: MessageEvent) => { listener(decode(event.data as string)); };
      socket.addEventListener("message", hear);
      return () => { socket.removeEventListener("message", hear); };
    },
  });
  return {
    workbench,
    async close() {
      const ended = new Promise((done) => { server.once("exit", done); });
      server.kill("SIGTERM");
      await ended;
    },
  };
}

const curves = async (workbench: Workbench, runId: string) => (await workbench.readSeries({ runIds: [runId], metrics: [], points: 0 })).map(({ metric, steps, values }) => ({ metric, steps: [...steps], values: [...values] }));

it("give identical weight hashes, metrics and series", async () => {
  writeFileSync(join(folder, "spec.json"), JSON.stringify(spec));
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, "scripts", "descent.mjs"), "run", join(folder, "spec.json"), "--json", "--project", join(folder, "cli.descent")]);
  const told = JSON.parse(stdout.trim().split("\n").at(-1)!) as { kind: string; runId: string; weightHash: string; metrics: Record<string, number> };
  expect(told.kind).toBe("finished");

  const server = await open("server.descent");
  const { runIds: [runId] } = await server.workbench.startRun({ experimentId: null, spec });
  for await (const event of server.workbench.watchRun({ runId: runId!, since: 0 })) expect(event.run.state).not.toBe("failed");
  const run = await server.workbench.run({ runId: runId! });
  expect({ hash: run.weightHash, metrics: run.metrics }).toEqual({ hash: told.weightHash, metrics: told.metrics });

  const other = await open("cli.descent");
  const series = await curves(server.workbench, runId!);
  expect(series.map(({ metric }) => metric)).toContain("batch/loss");
  expect(await curves(other.workbench, told.runId)).toEqual(series);
  await Promise.all([server.close(), other.close()]);
});
