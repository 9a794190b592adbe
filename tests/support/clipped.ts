/** Which texts of a page are cut off or run out of their box. Runs in the page: knows nothing of the test. */

import type { Page } from "playwright-core";

/**
 * Sentences, one for each text a person cannot read whole: cut by its own box or by one around it, or beyond the window. Left out are texts that say so themselves
 * (an ellipsis with the whole text as a title, or a name of a run or an experiment that stands whole elsewhere), what only a screen reader hears, and what can be scrolled to.
 */
export function clippedTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = (node.textContent ?? "").trim();
      const parent = node.parentElement;
      if (text === "" || parent === null || parent.closest("script, style, option, .unseen, .skip, canvas, svg, [hidden], .cm-editor") !== null) continue;
      const style = getComputedStyle(parent);
      if (style.visibility === "hidden" || !parent.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const rect = range.getBoundingClientRect();
      if (rect.width === 0) continue;
      let isScrollable = false;
      let cut: string | null = null;
      for (let box: HTMLElement | null = parent; box !== null && box !== document.body; box = box.parentElement) {
        const look = getComputedStyle(box);
        const [x, y] = [look.overflowX, look.overflowY];
        if (x === "auto" || x === "scroll" || y === "auto" || y === "scroll") { isScrollable = true; break; }
        if (x === "visible" && y === "visible") continue;
        const edge = box.getBoundingClientRect();
        const says = look.textOverflow === "ellipsis" && box.closest("[title], a, .name, .word, [role=option], b[aria-current]") !== null;
        // A pixel is rounding; a line's own leading may lie beyond a tight box without a letter being cut.
        const cutX = (x === "hidden" || x === "clip") && (rect.right > edge.right + 1 || rect.left < edge.left - 1);
        const cutY = (y === "hidden" || y === "clip") && rect.height <= edge.height * 3 && (rect.bottom > edge.bottom + rect.height * 0.3 || rect.top < edge.top - rect.height * 0.3);
        if ((cutX && !says) || cutY) cut ??= `"${text.slice(0, 60)}" is cut by ${box.tagName.toLowerCase()}.${[...box.classList].filter((name) => !name.startsWith("svelte-")).join(".")}`;
        // What says that it goes on cuts nothing for the boxes around it.
        if (says) { isScrollable = true; break; }
      }
      if (cut !== null) found.push(cut);
      if (cut === null && !isScrollable && (rect.right > window.innerWidth + 1 || rect.left < -1)) found.push(`"${text.slice(0, 60)}" lies beyond the window`);
    }
    if (document.documentElement.scrollWidth > window.innerWidth + 1) found.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${window.innerWidth}`);
    // Controls must hold their own words; the grip of a column's width lies over the edge of its head.
    for (const one of document.querySelectorAll<HTMLElement>("button, label, th, .chip, h1, h2, h3, dt")) {
      if (one.closest(".unseen, .cm-editor, [hidden]") !== null || !one.checkVisibility()) continue;
      const look = getComputedStyle(one);
      if (look.textOverflow === "ellipsis" || look.overflowX === "auto") continue;
      if (one.scrollWidth > one.clientWidth + (one.tagName === "TH" ? 6 : 2) && one.clientWidth > 0 && one.innerText.trim() !== "" && look.display !== "inline") found.push(`${one.tagName.toLowerCase()} "${one.innerText.trim().slice(0, 50)}" is ${one.scrollWidth} wide in ${one.clientWidth}`);
    }
    return [...new Set(found)];
  });
}
