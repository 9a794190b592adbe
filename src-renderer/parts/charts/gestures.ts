/** What a hand can do on a chart: point, drag to zoom, Shift-drag to move, wheel, double-click, keys. Tells the cursor; draws nothing. */

import type { Attachment } from "svelte/attachments";
import type { Stage } from "../../../src-main/contract/chart-drawing.ts";
import { valueAt } from "../../../src-main/contract/chart-scale.ts";
import type { ChartView } from "../../../src-main/contract/chart-view.ts";
import { pressed } from "../controls/keys.ts";
import type { ChartCursor } from "./cursor.svelte.ts";
import { lineNear, stepped } from "./readout.ts";

export interface Hand {
  readonly view: () => ChartView;
  readonly stage: () => Stage;
  readonly cursor: () => ChartCursor;
  readonly point: (id: string | null) => void;
  readonly pin: (id: string) => void;
  /** The stretch being chosen, in shares of the axis; `null` when none is. */
  readonly choose: (stretch: { readonly from: number; readonly to: number } | null) => void;
  readonly table: () => void;
}

/** Shorter than this, in pixels, a drag is a click. */
const leastDrag = 5;
/** What one press of + or one notch of a wheel leaves of the width. */
const nearer = 0.7;

/** For the chart's box. */
export const pointing = (hand: Hand): Attachment<HTMLElement> => (box) => {
  let drag: { readonly from: number; readonly left: number; readonly isPan: boolean; last: number } | null = null;
  const shareAt = (event: MouseEvent): number => {
    const { area } = hand.stage();
    return (event.clientX - box.getBoundingClientRect().left - area.left) / Math.max(1, area.right - area.left);
  };

  const down = (event: PointerEvent): void => {
    const share = shareAt(event);
    if (event.button !== 0 || share < 0 || share > 1) return;
    drag = { from: share, left: event.clientX, isPan: event.shiftKey, last: share };
    box.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    const share = shareAt(event);
    const cursor = hand.cursor();
    if (drag !== null && drag.isPan) {
      cursor.pan(hand.view().x, drag.last - share);
      drag.last = share;
    } else if (drag !== null) hand.choose(Math.abs(event.clientX - drag.left) < leastDrag ? null : { from: drag.from, to: share });
    const isOff = share < -0.01 || share > 1.01;
    cursor.x = isOff ? null : valueAt(hand.view().x, share);
    hand.point(isOff || cursor.x === null ? null : lineNear(hand.view(), hand.stage(), cursor.x, event.clientY - box.getBoundingClientRect().top));
  };
  const up = (event: PointerEvent): void => {
    if (drag === null) return;
    const { from, left, isPan } = drag;
    drag = null;
    hand.choose(null);
    if (isPan) return;
    if (Math.abs(event.clientX - left) >= leastDrag) return void hand.cursor().choose(hand.view().x, from, shareAt(event));
    const { x } = hand.cursor();
    const near = x === null ? null : lineNear(hand.view(), hand.stage(), x, event.clientY - box.getBoundingClientRect().top);
    if (near !== null) hand.pin(near);
  };
  const leave = (): void => {
    if (drag !== null) return;
    hand.cursor().x = null;
    hand.point(null);
  };
  const cancel = (): void => {
    drag = null;
    hand.choose(null);
  };
  /** The page scrolls under a chart nobody works with: the wheel zooms where the chart has the focus, or with Ctrl, which is also what pinching sends. */
  const wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== box) return;
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) hand.cursor().pan(hand.view().x, (event.deltaX === 0 ? event.deltaY : event.deltaX) / 500);
    else hand.cursor().zoom(hand.view().x, Math.min(1, Math.max(0, shareAt(event))), event.deltaY < 0 ? nearer : 1 / nearer);
  };
  const reset = (): void => { hand.cursor().reset(); };

  const events = { pointerdown: down, pointermove: move, pointerup: up, pointerleave: leave, pointercancel: cancel, wheel, dblclick: reset } as Readonly<Record<string, (event: never) => void>>;
  for (const [name, listener] of Object.entries(events)) box.addEventListener(name, listener as EventListener, { passive: false });
  return () => { for (const [name, listener] of Object.entries(events)) box.removeEventListener(name, listener as EventListener); };
};

/** For the whole figure: its keys work while it has the focus or the pointer; arrows only with the focus on the chart itself, where no list needs them. */
export const keys = (hand: Hand): Attachment<HTMLElement> => (figure) => {
  const zoom = (factor: number): void => {
    const { x } = hand.view();
    const { area, left } = hand.stage();
    const at = hand.cursor().x;
    hand.cursor().zoom(x, at === null ? 0.5 : (left(at) - area.left) / Math.max(1, area.right - area.left), factor);
  };
  const go = (direction: 1 | -1): void => {
    const cursor = hand.cursor();
    cursor.x = stepped(hand.view(), cursor.x, direction);
  };
  const press = (event: KeyboardEvent): void => {
    const isOnChart = document.activeElement?.classList.contains("box") === true && figure.contains(document.activeElement);
    if (!figure.matches(":hover") && !figure.contains(document.activeElement)) return;
    const move = (by: number): void => { hand.cursor().pan(hand.view().x, by); };
    pressed(event, {
      t: hand.table, "+": () => { zoom(nearer); }, "=": () => { zoom(nearer); }, "-": () => { zoom(1 / nearer); }, "_": () => { zoom(1 / nearer); }, "0": () => { hand.cursor().reset(); },
      ...(isOnChart && event.shiftKey ? { arrowleft: () => { move(-0.2); }, arrowright: () => { move(0.2); } } : {}),
      ...(isOnChart && !event.shiftKey ? { arrowleft: () => { go(-1); }, arrowright: () => { go(1); } } : {}),
    });
  };
  window.addEventListener("keydown", press);
  return () => { window.removeEventListener("keydown", press); };
};
