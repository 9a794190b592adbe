/** A program of its own that writes the file given as its argument and never ends it; says "writing" once it has begun. */

import { writeAbroad } from "../../src-main/store/durable-file.ts";

async function* endless(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1000);
  console.log("writing");
  await new Promise((resolve) => { setTimeout(resolve, 600_000); });
}

await writeAbroad(process.argv[2]!, endless());
