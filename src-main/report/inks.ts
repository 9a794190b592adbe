/** The light theme's chart colours, for figures that leave the application; a test holds them to src-renderer/styles/tokens.css. */

import type { Inks } from "../contract/chart-inks.ts";

export const lightInks: Inks = {
  colours: ["#0f58e2", "#e76707", "#348c87", "#c105a1", "#9a8e4a", "#3095d2", "#b72e03", "#266920", "#582d87", "#572e0b", "#1e3548", "#9d5d5e"],
  dashes: [[], [7, 3], [2, 2.5], [9, 3, 2, 3], [4, 2], [12, 3], [7, 2, 2, 2, 2, 2], [1, 3], [5, 5], [14, 3, 3, 3], [3, 3, 8, 3], [1.5, 1.5]],
  grid: "#e9ecf0",
  axis: "#b9c1cb",
  text: "#5f6975",
  ink: "#151a21",
  bad: "#d13c32",
  paper: "#ffffff",
  crowd: "#a3acb8",
  rawOpacity: 0.22,
  bandOpacity: 0.14,
  lineWidth: 1.75,
  fineWidth: 1,
  fontFamily: "Inter, 'Noto Sans CJK SC', system-ui, sans-serif",
  fontSize: 11,
};
