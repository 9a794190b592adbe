/** Opens a dialog over everything; when it goes, the focus is again where it was. For `{@attach modal}`. */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  return () => {
    dialog.close();
    // The platform gives the focus back only to what is still there when the dialog closes, and the dialog itself may be gone by now.
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
  };
}
