/** One memory, carved once into named slices. Knows shapes and bytes; knows nothing of layers or training. */

import { widthOf } from "../data/dataset.ts";
import type { Precision, Vector } from "../kernels/kernels.ts";

/** What a slice is for; also the order in which they lie. Slots and gradients repeat the layout of the parameters. */
export const roles = ["param", "statistic", "grad", "slot", "activation", "delta", "scratch", "batch"] as const;
/** What a slice is for: one of `roles`. */
export type Role = (typeof roles)[number];

export interface Wish { readonly name: string; readonly role: Role; readonly shape: readonly number[] }

/** A named piece of the memory. `offset` counts bytes from where the first slice lies; `view` holds exactly the numbers of the shape, row-major. */
export interface Slice extends Wish { readonly offset: number; readonly view: Vector }

/** Every slice starts on such a boundary: sixteen singles, the widest vector and a line of the processor's cache. The gaps hold zeros. */
const alignment = 64;

/** The bytes a list of wishes comes to. */
export function sizeOf(wishes: readonly Wish[], precision: Precision): number {
  return wishes.reduce((total, { shape }) => total + aligned(widthOf(shape) * (precision / 8)), 0);
}

/** The memory of one plan. It never grows, so its views stay valid as long as it lives. */
export class Arena {
  readonly memory: ArrayBufferLike;
  readonly precision: Precision;
  readonly #at: number;
  /** The manifest: all slices, by role and within a role in the order of the wishes. */
  readonly slices: readonly Slice[];
  readonly #byName: ReadonlyMap<string, Slice>;

  /** `memory` holds zeros from byte `at` on and has room for all wishes there; what lies around them is not the arena's. */
  constructor(wishes: readonly Wish[], precision: Precision, memory: ArrayBufferLike, at = 0) {
    this.memory = memory;
    this.#at = at;
    this.precision = precision;
    let offset = 0;
    this.slices = roles.flatMap((role) => wishes.filter((wish) => wish.role === role)).map((wish) => {
      const slice = { ...wish, offset, view: this.#view(offset, widthOf(wish.shape)) };
      offset += aligned(slice.view.byteLength);
      return slice;
    });
    this.#byName = new Map(this.slices.map((slice) => [key(slice.role, slice.name), slice]));
  }

  /** The numbers of the slice with this role and name. Asking for one that was never wished for is a mistake in the engine. */
  view(role: Role, name: string): Vector {
    const slice = this.#byName.get(key(role, name));
    if (slice === undefined) throw new Error(`no ${role} slice ${name}`);
    return slice.view;
  }

  /** One vector over all slices that `belongs` names, gaps included. They must lie side by side. */
  span(belongs: (slice: Slice) => boolean): Vector {
    const inside = this.slices.filter(belongs);
    const first = inside[0];
    if (first === undefined) return this.#view(0, 0);
    const bytes = inside.reduce((total, { view }) => total + aligned(view.byteLength), 0);
    return this.#view(first.offset, bytes / (this.precision / 8));
  }

  #view(offset: number, length: number): Vector {
    const from = this.#at + offset;
    return this.precision === 32 ? new Float32Array(this.memory, from, length) : new Float64Array(this.memory, from, length);
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;
const key = (role: Role, name: string): string => `${role} ${name}`;
