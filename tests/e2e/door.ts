/** The server of the browser door, as a process of its own on a project. */

import { spawn, type ChildProcess } from "node:child_process";
import { join, resolve } from "node:path";

const server = join(resolve(import.meta.dirname, "../.."), "out", "main", "server.js");

/** Resolves with the process and the address it printed; rejects where it ended before that. `parallel` is left to the product where none is given. */
export async function startDoor(project: string, parallel?: number): Promise<{ readonly server: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [server, "--no-open", "--project", project, ...(parallel === undefined ? [] : ["--parallel", String(parallel)])], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((found, failed) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => { const address = /http:\S+/.exec(text); if (address !== null) found(address[0]); });
    child.once("exit", (code) => { failed(new Error(`the server ended with ${code} before it printed an address`)); });
  });
  return { server: child, url };
}
