/** What a report can do besides being read: theme, language, tables by a column, a chart at full width. All of it is there to be read without. */

export const reportScript = `(() => {
"use strict";
const root = document.documentElement, bar = document.querySelector(".bar");
bar.hidden = false;
const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
document.getElementById("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; });
document.getElementById("language").addEventListener("click", () => {
  const isZh = root.dataset.language === "zh";
  root.dataset.language = isZh ? "en" : "zh";
  root.lang = isZh ? "en" : "zh-CN";
});
const numberOf = (cell) => Number(cell.dataset.order ?? NaN);
for (const table of document.querySelectorAll("table.sortable")) table.querySelectorAll("thead th").forEach((head, column) => {
  const button = document.createElement("button");
  button.className = "sort";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const falls = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falls ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((a, b) => {
      const [x, y] = [a.cells[column], b.cells[column]];
      const by = Number.isNaN(numberOf(x)) ? x.textContent.localeCompare(y.textContent) : numberOf(x) - numberOf(y);
      return falls ? -by : by;
    });
    body.append(...rows);
  });
});
const dialog = document.querySelector("dialog"), shown = dialog.querySelector(".shown");
for (const chart of document.querySelectorAll(".chart")) {
  const button = document.createElement("button");
  button.className = "enlarge";
  for (const words of document.getElementById("enlarge").content.childNodes) button.append(words.cloneNode(true));
  button.addEventListener("click", () => {
    shown.replaceChildren(...[...chart.childNodes].map((node) => node.cloneNode(true)));
    dialog.showModal();
  });
  chart.after(button);
}
document.getElementById("close").addEventListener("click", () => { dialog.close(); });
})();`;
