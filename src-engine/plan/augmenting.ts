/** Augmentation in its place: what a model's components need of the memory, and the batch they change. Knows declarations and slices. */

import { catalog, declarationOf } from "../catalog.ts";
import type { Augment, AugmentAt } from "../data/augment.ts";
import { widthOf } from "../data/dataset.ts";
import type { Loss } from "../nn/losses.ts";
import type { Stream } from "../rng.ts";
import type { Problem } from "../spec/errors.ts";
import { problem } from "../spec/param.ts";
import type { Component } from "../spec/param.ts";
import type { Arena, Wish } from "./arena.ts";

const declared = (component: Component): Augment => declarationOf<Augment>(catalog.augment, component);

/** Whether rows' targets are mixed, so that a label becomes a column of shares for each class. */
export const mixesTargets = (augment: readonly Component[]): boolean => augment.some((component) => declared(component).mixes === true);

/** Components that the input's shape or the loss has no use for. */
export function checkAugment(augment: readonly Component[], input: readonly number[], loss: Component): Problem[] {
  const { takesSoft, targets } = declarationOf<Loss>(catalog.loss, loss);
  return augment.flatMap((component, i) => {
    const { inputs, mixes } = declared(component);
    const got = input.join("×");
    if (inputs === "images" && input.length !== 3) return [problem(`augment.${i}.kind`, "badShape", `${component.kind} is for images, rows of height × width × channels; a row here has the shape ${got}. Give the data their image shape, or use noise`, { why: "augmentImages", got, kind: component.kind })];
    if (mixes === true && targets.includes("classes") && !takesSoft) return [problem(`augment.${i}.kind`, "badTarget", `${component.kind} blends the targets of two rows, and the loss ${loss.kind} takes whole labels only; use softmaxCrossEntropy`, { why: "augmentMix", got: component.kind, loss: loss.kind })];
    return [];
  });
}

/** Room for each component to work in; `targetWidth` as training has it. */
export function augmentWishes(augment: readonly Component[], input: readonly number[], rows: number, targetWidth: number): Wish[] {
  return augment.flatMap((component, i): Wish[] => {
    const room = declared(component).room?.(input, rows, targetWidth) ?? 0;
    return room === 0 ? [] : [{ name: `augment/${i}`, role: "scratch", shape: [room] }];
  });
}

/** The components bound to a batch: a function that changes its first m rows. */
export function bindAugment(augment: readonly Component[], arena: Arena, batch: Pick<AugmentAt<unknown>, "shape" | "x" | "y" | "targetWidth">, stream: Stream): (m: number) => void {
  const order = new Int32Array(batch.x.length / widthOf(batch.shape));
  const steps = augment.map((component, i) => {
    const { kind: _, ...values } = component;
    const declaration = declared(component);
    const hasRoom = arena.slices.some(({ name, role }) => role === "scratch" && name === `augment/${i}`);
    const at: AugmentAt<never> = { ...batch, values: values as never, stream, order, room: hasRoom ? arena.view("scratch", `augment/${i}`) : batch.x.subarray(0, 0) };
    return (m: number) => { declaration.apply(at, m); };
  });
  return (m) => { for (const step of steps) step(m); };
}
