/** A formula as MathML, which browsers set without fonts or script. No command of it links, loads or runs; `maxExpand` and `maxSize` bound what a macro may cost. */

import katex from "katex";

const options = (isBlock: boolean) => ({ output: "mathml", displayMode: isBlock, throwOnError: true, trust: false, strict: "ignore", maxExpand: 200, maxSize: 20 }) as const;

/** As text of HTML. Throws where KaTeX does not understand it. */
export const formulaHtml = (formula: string, isBlock: boolean): string => katex.renderToString(formula, options(isBlock));

/** Into an element of a page. Throws likewise. */
export function setFormula(formula: string, element: Parameters<typeof katex.render>[1], isBlock: boolean): void { katex.render(formula, element, options(isBlock)); }
