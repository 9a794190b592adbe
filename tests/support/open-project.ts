/** A program of its own that opens the project given as its argument, says "open", and waits to be killed; a refusal is printed as JSON. */

import { openStore } from "../../src-main/store/open.ts";

try {
  openStore(process.argv[2]!, () => Date.now());
  console.log(JSON.stringify({ open: process.pid }));
  setInterval(() => {}, 1000);
} catch (error) {
  const { code, message, at } = error as { code: string; message: string; at: unknown };
  console.log(JSON.stringify({ code, message, at }));
}
