/** Markdown of people becomes HTML of ours: what CommonMark says, formulas, and nothing that runs, loads or leads astray. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markdownHtml } from "../../src-main/contract/markdown.ts";

it("headings below the page's, lists, tables, code, emphasis, breaks as they were written", () => {
  expect(markdownHtml("# Why\n\na *b* **c** `d<e`\nnext\n\n- x\n- y\n\n|a|b|\n|-|-:|\n|1|2|\n\n```\n<b>\n```")).toBe([
    "<h3>Why</h3>", "<p>a <em>b</em> <strong>c</strong> <code>d&lt;e</code><br>", "next</p>", "<ul>", "<li>x</li>", "<li>y</li>", "</ul>",
    "<table>", "<thead>", "<tr>", "<th>a</th>", "<th class=\"align-right\">b</th>", "</tr>", "</thead>", "<tbody>", "<tr>", "<td>1</td>", "<td class=\"align-right\">2</td>", "</tr>", "</tbody>", "</table>",
    "<pre><code>&lt;b&gt;", "</code></pre>", "",
  ].join("\n"));
});

describe("formulas", () => {
  it("become MathML, in lines and by themselves", () => {
    expect(markdownHtml("with $\\beta_1 = 0.9$ it")).toContain('<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics>');
    expect(markdownHtml("$$\nv \\leftarrow \\beta v + (1-\\beta) g\n$$")).toContain('display="block"');
  });
  it.each(["costs $5 and $6", "a $ b", "$", "$$", "$ x $", "\\$x$"])("%j has none", (text) => { expect(markdownHtml(text)).not.toContain("<math"); });
  it("that are wrong are shown as they were written", () => { expect(markdownHtml("$\\frac{<b>$")).toBe("<p><code>\\frac{&lt;b&gt;</code></p>\n"); });
  it.each(["$\\href{javascript:alert(1)}{x}$", "$\\includegraphics{https://e.vil/x.png}$", "$\\htmlData{onclick=alert(1)}{x}$", "$\\def\\a{\\a\\a}\\a$"])("%s neither links, loads nor runs", (text) => {
    expect(markdownHtml(text)).not.toMatch(/<a |<img|\son\w+=|href=/);
  });
});

describe("what would do harm is text", () => {
  it.each([
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://e.vil/p.png)", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>alert(1)</script>)", "[x](vbscript:x)",
    "[x](file:///etc/passwd)", "<javascript:alert(1)>", "[x]: javascript:alert(1)\n\n[x]", "<a href=x>y</a>", "<iframe src=//e.vil>", "[a](https://x\"onmouseover=\"alert(1))", "`<b>`", "<svg/onload=alert(1)>",
    "[x](<javascript:alert(1)>)", "[x](&#106;avascript:alert(1))", "[x](app://index.html)", "**<b onclick=alert(1)>**", "> <script>x</script>", "| <b> |\n|-|\n| <i> |",
  ])("%j", (text) => {
    const html = markdownHtml(text);
    const tags = [...html.matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)];
    for (const [, tag, attributes] of tags) {
      expect(tag).toMatch(/^(p|em|strong|s|code|pre|ul|ol|li|blockquote|h[1-6]|table|thead|tbody|tr|th|td|br|hr|a)$/);
      expect(attributes).toMatch(/^(| href="(https?:|mailto:|#)[^"<>]*" rel="noopener noreferrer" target="_blank"| class="align-(right|center)"| start="\d+")$/);
    }
  });
  it("an address of the web is a link that tells nobody where it came from", () => {
    expect(markdownHtml("[paper](https://arxiv.org/abs/1412.6980)")).toBe('<p><a href="https://arxiv.org/abs/1412.6980" rel="noopener noreferrer" target="_blank">paper</a></p>\n');
  });
  it("whatever is written", () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("<", ">", "[", "]", "(", ")", "!", "`", "*", "$", "\"", "'", "javascript:", "script", " onerror=", "a", "\n", "\\", "&", "#", "|", "-"), maxLength: 60 }), (text) => {
      const html = markdownHtml(text).replace(/<math[\s\S]*?<\/math>/g, "");
      expect(html).not.toMatch(/<(script|img|iframe|svg|object|embed|style|link|meta)|<[^>]*\son\w+\s*=|href="(?!https?:|mailto:|#)/i);
    }), { numRuns: 2000 });
  });
});
