/** Chosen or dropped files on their way to the preview. What goes wrong before they are read is shown as a trouble. */

import { mostBrowserBytes } from "../../../src-main/contract/imports.ts";
import type { AppContext } from "../../state/context.ts";
import type { foundIn} from "../../state/import-desk.svelte.ts";
import { sourceOf } from "../../state/import-desk.svelte.ts";
import { t } from "../../words/words.svelte.ts";
import { bytes } from "../numbers.ts";

export async function lookInto({ imports, troubles, about }: Pick<AppContext, "imports" | "troubles" | "about">, name: string, find: () => Promise<ReturnType<typeof foundIn>>): Promise<void> {
  const words = t().imports;
  const most = about.door === "server" ? mostBrowserBytes : Number.POSITIVE_INFINITY;
  await troubles.attempt(words.failed, async () => { await imports.look(await sourceOf(name, await find(), most, (held) => words.tooLarge(bytes(held), bytes(most)))); });
}
