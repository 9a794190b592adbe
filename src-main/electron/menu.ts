/** The native menu, in the language of the settings. Its own items ask the interface to go somewhere; the rest are the system's roles. */

import type { Settings, WorkbenchEvent } from "../contract/nouns.ts";

export type Destination = Extract<WorkbenchEvent, { kind: "go" }>["to"];
type Items = Electron.MenuItemConstructorOptions[];

const english = {
  file: "File", newRun: "New run", importData: "Import data…", settings: "Settings…", close: "Close window", quit: "Quit Descent",
  edit: "Edit", undo: "Undo", redo: "Redo", cut: "Cut", copy: "Copy", paste: "Paste", selectAll: "Select all",
  view: "View", home: "Home", reload: "Reload", actualSize: "Actual size", zoomIn: "Zoom in", zoomOut: "Zoom out", fullScreen: "Full screen", devTools: "Developer tools",
  window: "Window", minimize: "Minimize", zoom: "Zoom", front: "Bring all to front",
  help: "Help", about: "About Descent", hide: "Hide Descent", hideOthers: "Hide others", showAll: "Show all",
};

const chinese: typeof english = {
  file: "文件", newRun: "新建运行", importData: "导入数据…", settings: "设置…", close: "关闭窗口", quit: "退出 Descent",
  edit: "编辑", undo: "撤销", redo: "重做", cut: "剪切", copy: "复制", paste: "粘贴", selectAll: "全选",
  view: "视图", home: "首页", reload: "重新加载", actualSize: "实际大小", zoomIn: "放大", zoomOut: "缩小", fullScreen: "全屏", devTools: "开发者工具",
  window: "窗口", minimize: "最小化", zoom: "缩放", front: "全部置于前台",
  help: "帮助", about: "关于 Descent", hide: "隐藏 Descent", hideOthers: "隐藏其他", showAll: "全部显示",
};

/** The whole menu bar. The developer tools have an item only where the application is not packaged. */
export function menuTemplate(parts: { language: Settings["language"]; platform: NodeJS.Platform; isPackaged: boolean; go: (to: Destination) => void }): Items {
  const { platform, isPackaged, go } = parts;
  const t = parts.language === "zh" ? chinese : english;
  const isMac = platform === "darwin";
  const line = { type: "separator" } as const;
  const settings = { label: t.settings, accelerator: "CmdOrCtrl+,", click: () => { go("settings"); } };

  const application: Items = [
    { role: "about", label: t.about }, line, settings, line,
    { role: "hide", label: t.hide }, { role: "hideOthers", label: t.hideOthers }, { role: "unhide", label: t.showAll }, line,
    { role: "quit", label: t.quit },
  ];
  const file: Items = [
    { label: t.newRun, accelerator: "CmdOrCtrl+N", click: () => { go("newRun"); } },
    { label: t.importData, click: () => { go("data"); } }, line,
    ...(isMac ? [{ role: "close", label: t.close } as const] : [settings, line, { role: "quit", label: t.quit } as const]),
  ];
  const edit: Items = [
    { role: "undo", label: t.undo }, { role: "redo", label: t.redo }, line,
    { role: "cut", label: t.cut }, { role: "copy", label: t.copy }, { role: "paste", label: t.paste }, { role: "selectAll", label: t.selectAll },
  ];
  const view: Items = [
    { label: t.home, click: () => { go("home"); } }, { role: "reload", label: t.reload }, line,
    { role: "resetZoom", label: t.actualSize }, { role: "zoomIn", label: t.zoomIn }, { role: "zoomOut", label: t.zoomOut }, line,
    { role: "togglefullscreen", label: t.fullScreen },
    ...(isPackaged ? [] : [{ role: "toggleDevTools", label: t.devTools } as const]),
  ];
  const window: Items = [{ role: "minimize", label: t.minimize }, { role: "zoom", label: t.zoom }, line, { role: "front", label: t.front }];

  return [
    ...(isMac ? [{ label: "Descent", submenu: application }] : []),
    { label: t.file, submenu: file },
    { label: t.edit, submenu: edit },
    { label: t.view, submenu: view },
    ...(isMac ? [{ role: "window" as const, label: t.window, submenu: window }] : []),
    { role: "help", label: t.help, submenu: [{ role: "about", label: t.about }] },
  ];
}
