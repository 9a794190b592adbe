/** A report's file to take away: by the door's own dialog where it has one, else as a download. */

import type { ReportFile } from "../../../src-main/contract/reports.ts";
import type { AppContext } from "../../state/context.ts";
import { download } from "../charts/picture.ts";

const types = { html: "text/html", pdf: "application/pdf", md: "text/markdown" } as const;

/** False where the person thought better of it. */
export async function takeFile({ name, bytes }: Pick<ReportFile, "name" | "bytes">, format: keyof typeof types, { workbench, about }: Pick<AppContext, "workbench" | "about">): Promise<boolean> {
  if (about.hasDialogs) return workbench.saveFile({ name, content: bytes });
  download(name, new Blob([bytes.slice()], { type: types[format] }));
  return true;
}
