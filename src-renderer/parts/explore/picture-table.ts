/** The numbers of a picture as a table. */

/** A cell is what it says, or also where it leads. */
export type PictureCell = string | number | null | { readonly text: string; readonly href: string };
/** What the columns are called, then a row for each thing shown. */
export interface PictureTable { readonly head: readonly string[]; readonly rows: readonly (readonly PictureCell[])[] }
