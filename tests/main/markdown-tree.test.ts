/** Markdown as a tree: what CommonMark says, and nothing of what people write but text, known elements and addresses that are only told. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markdownTags, markdownTree } from "../../src-main/contract/markdown-tree.ts";
import type { MarkdownNode } from "../../src-main/contract/markdown-tree.ts";

/** The tree as HTML would have it, for the eye. */
function told(nodes: readonly MarkdownNode[]): string {
  return nodes.map((node) => {
    switch (node.kind) {
      case "text": return node.text;
      case "element": return `<${node.tag}${node.align === undefined ? "" : ` ${node.align}`}${node.start === undefined ? "" : ` ${node.start}`}>${told(node.children)}</${node.tag}>`;
      case "link": return `<link ${node.address}>${told(node.children)}</link>`;
      case "reference": return `<ref ${node.id}>`;
      case "break": return "<br>";
      case "rule": return "<hr>";
      default: return `<${node.kind}>${node.text}</${node.kind}>`;
    }
  }).join("");
}
const all = (nodes: readonly MarkdownNode[]): MarkdownNode[] => nodes.flatMap((node) => [node, ...("children" in node ? all(node.children) : [])]);

it("has headings below the page's, lists tight and loose, tables, code, formulas, breaks and rules", () => {
  expect(told(markdownTree("# Why\n\na *b* **c** ~~d~~ `e<f`\nnext\n\n3. x\n4. y\n\n|a|b|\n|-|-:|\n|1|2|\n\n> q\n\n---\n\n```js\n<b>\n```\nwith $x^2$\n\n$$y$$"))).toBe([
    "<h4>Why</h4><p>a <em>b</em> <strong>c</strong> <s>d</s> <code>e<f</code><br>next</p><ol 3><li>x</li><li>y</li></ol>",
    "<table><thead><tr><th>a</th><th right>b</th></tr></thead><tbody><tr><td>1</td><td right>2</td></tr></tbody></table>",
    "<blockquote><p>q</p></blockquote><hr><pre><b>\n</pre><p>with <math>x^2</math></p><p><mathBlock>y</mathBlock></p>",
  ].join(""));
});

it("links runs and experiments that are named, as words of their own and not within links or code", () => {
  expect(told(markdownTree("r-12 beats e-3, not r-12b, pr-1 or r-0; `r-1` [see r-2](https://a.b)"))).toBe("<p><ref r-12> beats <ref e-3>, not r-12b, pr-1 or r-0; <code>r-1</code> <link https://a.b>see r-2</link></p>");
});

it("a link without an address is its words, with the links beside it untouched", () => {
  expect(told(markdownTree("[]() [x]() [*y*]( ) [w](#a)"))).toBe("<p> x <em>y</em> <link #a>w</link></p>");
});

describe("what would do harm is text, or an address that is only told", () => {
  it.each([
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://e.vil/p.png)", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>alert(1)</script>)", "[x](vbscript:x)", "[x](file:///etc/passwd)",
    "<javascript:alert(1)>", "[x]: javascript:alert(1)\n\n[x]", "<a href=x>y</a>", "<iframe src=//e.vil>", "[a](https://x\"onmouseover=\"alert(1))", "<svg/onload=alert(1)>", "[x](&#106;avascript:alert(1))", "[x](app://index.html)", "[x](#/settings)",
    "**<b onclick=alert(1)>**", "| <b> |\n|-|\n| <i> |", "<!-- c -->", "<style>*{}</style>", "[x](\u0001javascript:alert(1))", "![](data:image/svg+xml;base64,PHN2Zz4=)", "&lt;script&gt;", "<math><mtext></mtext></math>",
  ])("%j", (text) => {
    for (const node of all(markdownTree(text))) {
      if (node.kind === "element") expect(markdownTags).toContain(node.tag);
      if (node.kind === "link") expect(node.address).toMatch(/^(https?:|mailto:|#)/i);
    }
  });

  it("whatever is written: known kinds, known elements, known addresses, and every letter is text of somebody", () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("<", ">", "[", "]", "(", ")", "!", "`", "*", "_", "~", "$", "\"", "javascript:", "script", " onerror=", "r-1", "a", "\n", "\\", "&", "#", "|", "-", "1.", "  "), maxLength: 60 }), (text) => {
      for (const node of all(markdownTree(text))) {
        expect(["text", "code", "math", "mathBlock", "pre", "break", "rule", "reference", "link", "element"]).toContain(node.kind);
        if (node.kind === "element") expect(markdownTags).toContain(node.tag);
        if (node.kind === "link") expect(node.address).toMatch(/^(https?:|mailto:|#)/i);
        if (node.kind === "reference") expect(node.id).toMatch(/^[re]-[1-9]\d*$/);
      }
    }), { numRuns: 2000, examples: [["[]()"]] });
  });
});
