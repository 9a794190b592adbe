/** Single-letter keys: off while the person types, chooses, or answers a dialog. */

/** Runs what the key stands for and says whether there was such a thing. Keys are as `KeyboardEvent.key` in lower case: `n`, `escape`. */
export function pressed(event: KeyboardEvent, actions: Readonly<Record<string, () => void>>): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const { target } = event;
  const isTyping = target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type='checkbox'], [type='radio']), textarea, select") || target.closest("dialog") !== null);
  const key = event.key.toLowerCase();
  if (isTyping || !Object.hasOwn(actions, key)) return false;
  event.preventDefault();
  actions[key]!();
  return true;
}
