/** A picture of the page as a file: its SVG with the colours it has now, the same as a PNG of twice the pixels. */

const carried = ["fill", "stroke", "stroke-width", "stroke-opacity", "fill-opacity", "opacity", "stroke-dasharray", "font-size", "font-weight", "font-family", "text-anchor", "dominant-baseline"] as const;

/** The SVG as text that stands for itself: what the style sheet says is written into each element, on the paper of the page. */
export function svgText(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(originals[i]!);
    for (const name of carried) element.setAttribute(name, style.getPropertyValue(name));
    for (const name of [...element.getAttributeNames()]) if (name === "class" || name === "style" || name.startsWith("on") || name === "tabindex") element.removeAttribute(name);
  });
  const { width, height } = svg.viewBox.baseVal;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  paper.setAttribute("width", String(width));
  paper.setAttribute("height", String(height));
  paper.setAttribute("fill", getComputedStyle(document.documentElement).getPropertyValue("--paper-1"));
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
}

/** Rejects where this browser paints no SVG onto a canvas. */
export async function pngOf(svg: SVGSVGElement): Promise<Blob> {
  const { width, height } = svg.viewBox.baseVal;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: width * 2, height: height * 2 });
  canvas.getContext("2d")!.drawImage(image, 0, 0, width * 2, height * 2);
  return new Promise((done, failed) => { canvas.toBlob((blob) => { if (blob === null) failed(new Error("this browser made no PNG of the picture")); else done(blob); }, "image/png"); });
}
