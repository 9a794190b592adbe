/** How a window of ours is made. */

/**
 * Everything that keeps a page apart from the program is said here, defaults included: a test compares the whole.
 *
 * The frame is the system's own. A frame drawn by the page would hide the native menu bar on Windows and Linux, which is the only place of
 * its items there, and would need the page to know which system's buttons to leave room for.
 */
export function windowOptions(parts: { preload: string; isDark: boolean; isPackaged: boolean }): Electron.BrowserWindowConstructorOptions {
  return {
    title: "Descent",
    width: 1360,
    height: 880,
    minWidth: 900,
    minHeight: 600,
    show: false,
    // The frame's paper in either theme, so that nothing flashes before the first paint.
    backgroundColor: parts.isDark ? "#101316" : "#f5f6f8",
    webPreferences: {
      preload: parts.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      devTools: !parts.isPackaged,
      // Its dictionaries would be fetched from the network.
      spellcheck: false,
    },
  };
}
