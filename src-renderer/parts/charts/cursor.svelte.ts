/** Where the reader points, on the x that all charts of a page share. */

export class ChartCursor {
  x = $state<number | null>(null);
}
