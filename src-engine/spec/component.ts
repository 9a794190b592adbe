/** How a component is declared: a value-maker that carries its own declaration and behaviour. Knows no family's behaviour. */

import { fill } from "./param.ts";
import type { Described, Family, Params, Values } from "./param.ts";

/** What every declaration says of itself, whatever its family. */
export interface Declaration<K extends string, P extends Params> {
  readonly kind: K;
  readonly title: string;
  /** One sentence for the person who chooses it. */
  readonly summary: string;
  /** The formula, in Unicode as it is shown. */
  readonly math: string;
  /** Where the formula comes from; empty for what every textbook has. */
  readonly source: string;
  readonly params: P;
  readonly targets?: readonly ("classes" | "number")[];
  readonly better?: "higher" | "lower";
}

/** A declared component: call it for a value (`adam({ beta1: 0.8 })` is plain JSON), read it for its declaration and behaviour. */
export type Declared<F extends Family, K extends string, P extends Params, B> =
  ((given?: Partial<Values<P>>) => { readonly kind: K } & Values<P>) & Declaration<K, P> & { readonly family: F } & B;

/** Binds a declaration and its family's behaviour to the function that makes its values. */
export function declare<F extends Family, const K extends string, const P extends Params, B extends object>(family: F, declaration: Declaration<K, P> & B): Declared<F, K, P, B> {
  const make = (given: Partial<Values<P>> = {}) => ({ kind: declaration.kind, ...fill(declaration.params, given) });
  return Object.assign(make, { family }, declaration) as unknown as Declared<F, K, P, B>;
}

/** A component's texts in Chinese, typed by its declaration: a missing one does not compile. */
export type ChineseOf<D> = D extends { readonly params: infer P } ? { readonly title: string; readonly summary: string; readonly params: { readonly [K in keyof P]: { readonly label: string; readonly help: string } } } : never;

/** The declaration as plain data, in both languages. */
export function describeComponent(declared: Declaration<string, Params>, zh: Described["zh"]): Described {
  const { kind, title, summary, math, source, params, targets, better } = declared;
  return { kind, title, summary, math, source, params, zh, ...(targets === undefined ? {} : { targets }), ...(better === undefined ? {} : { better }) };
}
