/** What no page may do here: ask for a permission or a device, go elsewhere, open a window, host a foreign page. Everything is denied to everyone. */

/** Denies every permission, asked for or looked up, and every device. */
export function guardSession(session: Pick<Electron.Session, "setPermissionRequestHandler" | "setPermissionCheckHandler" | "setDevicePermissionHandler">): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => { decide(false); });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** Keeps whatever is shown, now or later, where it is. Links, forms, redirects, drops and scripts all end in one of these events. */
export function guardContents(contents: Electron.WebContents): void {
  contents.on("will-navigate", deny);
  contents.on("will-redirect", deny);
  contents.on("will-frame-navigate", deny);
  contents.on("will-attach-webview", deny);
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
}

const deny = (event: { preventDefault(): void }): void => { event.preventDefault(); };
