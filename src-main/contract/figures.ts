/** How a number is written beside a curve or in a table, on the screen and in a report: three digits, shares as percent, true minus signs. Knows no language. */

// Made when first needed: loading a language's rules takes longer than many a command.
let rules: Intl.NumberFormat | undefined;
const comma = (n: number): string => (rules ??= new Intl.NumberFormat("en-US")).format(n);

/** 26164 → `26,164`; a count of things. */
export const count = (n: number): string => comma(n);

/** A diverged value is a fact to show: `NaN`, `∞`, `−∞`; null for a finite one. */
export const odd = (x: number): string | null => (Number.isFinite(x) ? null : Number.isNaN(x) ? "NaN" : x > 0 ? "∞" : "−∞");
export const withMinus = (text: string): string => text.replace(/^-/, "−").replace(/e[+]?(-?)(\d)/, (_, sign: string, digit: string) => `e${sign}${digit}`);

/** Three significant digits: `0.105`, `2.31`, `184`, `12,400`; `1.6e-4` below 0.001 and `3e8` from a million. */
export function figure(x: number): string {
  const strange = odd(x);
  if (strange !== null) return strange;
  const size = Math.abs(x);
  if (size === 0) return "0";
  if (size < 1e-3 || size >= 1e6) return withMinus(shortExponent(x, 2));
  // toPrecision writes 1.23e+4 for what needs more digits than asked: round first, then write it out.
  const rounded = Number(x.toPrecision(3));
  return Math.abs(rounded) >= 1000 ? comma(rounded).replace("-", "−") : withMinus(rounded.toPrecision(3));
}

function shortExponent(x: number, digits: number): string {
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e") as [string, string];
  return `${mantissa.replace(/\.?0+$/, "")}e${Number(exponent)}`;
}

/** A mean beside half its interval: no more digits than the interval supports, which is told with two. Shares are percent with two decimals, differences points. */
export function spreadText(metric: string, mean: number, half: number): { readonly mean: string; readonly half: string; readonly signed: (difference: number) => string } {
  const sign = (difference: number, text: string): string => (difference > 0 ? `+${text}` : text);
  if (isShare(metric)) return { mean: percent(mean), half: percent(half), signed: (difference) => sign(difference, percent(difference)) };
  const size = Number.isFinite(half) && half > 0 ? half : NaN;
  const decimals = Number.isNaN(size) ? -1 : Math.max(0, 1 - Math.floor(Math.log10(size)));
  // Very small and very large numbers are told by their exponent.
  if (decimals < 0 || decimals > 6 || Math.abs(mean) >= 1e5) return { mean: figure(mean), half: figure(half), signed: (difference) => sign(difference, figure(difference)) };
  const written = (x: number): string => odd(x) ?? fixed(x, decimals);
  return { mean: written(mean), half: written(half), signed: (difference) => sign(difference, written(difference)) };
}

const fixed = (x: number, decimals: number): string => withMinus(x.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));

/** Shares are shown as percent, everything else as figures. */
export const isShare = (metric: string): boolean => metric.endsWith("accuracy");

/** A fraction 0…1 as percent with two decimals and no sign: 0.97491 → `97.49`. */
export function percent(fraction: number, decimals = 2): string {
  return odd(fraction) ?? withMinus((fraction * 100).toFixed(decimals));
}
