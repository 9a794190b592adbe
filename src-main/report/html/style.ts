/** How a report looks: the tokens of the application in both themes, on paper, on a screen and on a telephone. A test holds the colours to src-renderer/styles/tokens.css. */

const light = {
  "paper-1": "#ffffff", "paper-2": "#f5f6f8", "paper-3": "#eaedf1", "ink-1": "#151a21", "ink-2": "#434c59", "ink-3": "#5f6975", "ink-4": "#a3acb8", "rule-1": "#e3e7ec", "rule-2": "#cbd2da",
  accent: "#2347b4", good: "#0b6b4f", "good-wash": "#e3f4ec", "good-line": "#a8dbc5", warn: "#855200", bad: "#b3261e", "bad-mark": "#d13c32", "chart-grid": "#e9ecf0", "chart-axis": "#b9c1cb",
  "chart-1": "#0f58e2", "chart-2": "#e76707", "chart-3": "#348c87", "chart-4": "#c105a1", "chart-5": "#9a8e4a", "chart-6": "#3095d2", "chart-7": "#b72e03", "chart-8": "#266920", "chart-9": "#582d87", "chart-10": "#572e0b", "chart-11": "#1e3548", "chart-12": "#9d5d5e",
} as const;
const dark: Readonly<Record<keyof typeof light, string>> = {
  "paper-1": "#16191d", "paper-2": "#101316", "paper-3": "#23282e", "ink-1": "#e9ecf0", "ink-2": "#b4bcc6", "ink-3": "#929ca8", "ink-4": "#58616c", "rule-1": "#262b31", "rule-2": "#3a4149",
  accent: "#93aefc", good: "#5cc9a0", "good-wash": "#12291f", "good-line": "#24543f", warn: "#e3b04f", bad: "#f78e84", "bad-mark": "#ec6a5e", "chart-grid": "#23282e", "chart-axis": "#454d57",
  "chart-1": "#628ae6", "chart-2": "#fa7925", "chart-3": "#70e8ba", "chart-4": "#bd5ea6", "chart-5": "#efc753", "chart-6": "#61b7f4", "chart-7": "#db1f14", "chart-8": "#78ac72", "chart-9": "#804efa", "chart-10": "#8b665c", "chart-11": "#e6e0ff", "chart-12": "#ed8cba",
};
export const reportThemes = { light, dark } as const;

const variables = (theme: Readonly<Record<string, string>>): string => Object.entries(theme).map(([name, value]) => `--${name}:${value}`).join(";");
/** The chart's own names for what the page calls otherwise. */
const aliases = "--grid:var(--chart-grid);--axis:var(--chart-axis);--text:var(--ink-3);--ink:var(--ink-1);--paper:var(--paper-1);--crowd:var(--ink-4)";

/** Quotation marks of a Chinese font are as wide as a sign: in English a Latin font comes first. */
const latin = `"Inter Variable",Inter,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans","DejaVu Sans",Arial`;
const han = `"PingFang SC","Microsoft YaHei UI","Noto Sans CJK SC"`;

// On paper a button has no box: Chromium repeats the head of a table on each page, but draws no button there again.
export const reportStyle = `
:root{color-scheme:light;${variables(light)};${aliases}}
:root[data-theme=dark]{color-scheme:dark;${variables(dark)};--bad-mark:${dark["bad-mark"]}}
@media (prefers-color-scheme:dark){:root:not([data-theme]){color-scheme:dark;${variables(dark)}}}
*{box-sizing:border-box}
html{background:var(--paper-2);-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:24px 16px 56px;max-width:820px;color:var(--ink-1);font:15px/1.6 ${latin},${han},sans-serif}
[data-language=en] [lang=zh-CN],[data-language=zh] [lang=en]{display:none}
[data-language=zh] body{line-height:1.7;font-family:"Inter Variable",Inter,${han},${latin},sans-serif}
main{background:var(--paper-1);border:1px solid var(--rule-1);border-radius:9px;padding:48px 56px}
header .when{color:var(--ink-3);font-size:13px;margin:0 0 8px}
h1{font-size:28px;line-height:1.25;letter-spacing:-.014em;margin:0 0 24px;overflow-wrap:anywhere}
h2{font-size:19px;line-height:1.3;margin:36px 0 12px;overflow-wrap:anywhere}
h3{font-size:15px;margin:0 0 8px;overflow-wrap:anywhere}
h4{font-size:13px;color:var(--ink-2);margin:16px 0 4px}
section:first-of-type h2{margin-top:0}
p{margin:0 0 12px}
a{color:var(--accent)}
.prose{max-width:68ch;overflow-wrap:anywhere}
.prose table{margin:12px 0}
.prose blockquote{margin:12px 0;padding-left:12px;border-left:3px solid var(--rule-2);color:var(--ink-2)}
.prose pre,.spec pre{background:var(--paper-2);border:1px solid var(--rule-1);border-radius:6px;padding:12px;overflow:auto;font-size:12px;line-height:1.5}
code{font-family:"JetBrains Mono",Consolas,"Noto Sans Mono CJK SC",ui-monospace,monospace;font-size:.9em}
.hash{overflow-wrap:anywhere;font-size:11px;color:var(--ink-2)}
.verdict{font-size:17px;line-height:1.5;margin-bottom:4px}
.notes,.nothing{color:var(--ink-2);font-size:13px}
.wide{overflow-x:auto;margin-bottom:20px}
.wide:focus-visible,.chart:focus-visible,pre:focus-visible,button:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--ink-2);padding-bottom:8px;font-size:13px}
th,td{padding:8px 10px;border-bottom:1px solid var(--rule-1);text-align:left;vertical-align:top;font-weight:400;overflow-wrap:break-word}
thead th{color:var(--ink-2);font-weight:500;border-bottom-color:var(--rule-2)}
th:first-child,td:first-child{padding-left:0}
th em{font-style:normal;color:var(--ink-3);font-size:12px}
.number,.align-right{text-align:right;white-space:nowrap}
.whole{white-space:nowrap}
${[1, 2, 3, 4, 5, 6].map((shade) => `.shade-${shade}{background:color-mix(in srgb,var(--chart-1) ${shade * 5}%,transparent)}`).join("")}
.align-center{text-align:center}
small{color:var(--ink-3);font-size:12px}
mstyle[mathcolor]{color:var(--bad)}
.difference.good{color:var(--good)}.difference.bad{color:var(--bad)}
figure{margin:0 0 16px;break-inside:avoid}
figcaption{font-size:13px;color:var(--ink-2);margin-bottom:8px}
.chart svg{display:block;width:100%;height:auto}
details{font-size:13px;margin-top:4px}
summary{color:var(--ink-2);cursor:pointer}
.card,.replay{border:1px solid var(--rule-2);border-radius:9px;padding:16px 20px;margin-bottom:12px;break-inside:avoid}
dl{margin:0;font-size:13px}
dl div{display:flex;gap:16px;padding:4px 0;border-top:1px solid var(--rule-1)}
dl div:first-child{border-top:0}
dt{flex:0 0 130px;color:var(--ink-2)}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
.replay{margin-top:36px;border-color:var(--good-line);background:var(--good-wash)}
.replay h2{font-size:15px;margin:0 0 4px}
.replay p{font-size:13px;color:var(--ink-2);margin:0}
.bar{display:flex;justify-content:flex-end;gap:8px;margin-bottom:12px}
.bar[hidden]{display:none}
.bar button,.enlarge,.sort{font:inherit;font-size:12px;color:var(--ink-2);background:var(--paper-1);border:1px solid var(--rule-2);border-radius:6px;padding:4px 10px;cursor:pointer}
.sort{border:0;padding:0;background:none;font:inherit;color:inherit}
[aria-sort=ascending] .sort::after{content:" ↑"}[aria-sort=descending] .sort::after{content:" ↓"}
dialog{width:min(96vw,1600px);max-height:94vh;border:1px solid var(--rule-2);border-radius:9px;background:var(--paper-1);color:inherit;padding:16px}
dialog::backdrop{background:rgb(4 6 9/.5)}
dialog svg{width:100%;height:auto}
@media (max-width:640px){body{padding:0 0 24px;font-size:16px}main{border:0;border-radius:0;padding:24px 16px}h1{font-size:23px}dl div{flex-direction:column;gap:0}dt{flex:none}.chart{overflow-x:auto}.chart svg{min-width:600px}.wide table{width:max-content;min-width:100%}.wide :is(td,th){max-width:300px}caption{position:sticky;left:0;max-width:calc(100vw - 32px)}.bar{padding:8px 16px 0;margin:0}}
@media print{:root,:root[data-theme]{color-scheme:light;${variables(light)};${aliases}}html{background:#fff}body{max-width:none;padding:0;font-size:11pt}main{border:0;padding:0}.bar,details:not([open]):not(.spec),.enlarge{display:none}.sort{display:contents}.spec::details-content{content-visibility:visible;display:block}.spec pre{white-space:pre-wrap;overflow:visible;overflow-wrap:anywhere;font-size:8pt}.wide{overflow:visible}table{font-size:9pt}th,td{padding:5px 7px}thead th{word-break:keep-all}.number{white-space:normal}h2,h3,h4,caption,thead,summary,figcaption{break-after:avoid}tr,.verdict{break-inside:avoid}*{print-color-adjust:exact}a{color:inherit}@page{size:A4;margin:16mm 14mm}}
`.replaceAll("\n", "");
