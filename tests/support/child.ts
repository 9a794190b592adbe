/** Programs started by tests: plain Node on a TypeScript file, talked to by lines, never left behind. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";

export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** The next line it prints; rejects with what it wrote on stderr when it ends first. */
  line(): Promise<string>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** `script` lies in tests/support. `uid` runs it as another user, where the test may do so. */
export function startChild(script: string, args: readonly string[], { uid }: { uid?: number } = {}): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], { stdio: ["ignore", "pipe", "pipe"], ...(uid === undefined ? {} : { uid }) });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => { complaints += text; });
  const ended = once(child, "exit");
  async function kill(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  }
  return {
    pid: child.pid!,
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${script} ended without a word: ${complaints}`);
      return value;
    },
    kill,
    [Symbol.asyncDispose]: () => kill("SIGKILL"),
  };
}
