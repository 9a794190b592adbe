/** The native menu, in the language that is spoken. Its own items are actions of the one table, done by the interface; the rest are the system's roles. */

import { accelerator, actions } from "../contract/actions.ts";
import type { ActionId } from "../contract/actions.ts";
import type { LanguageName } from "../contract/language.ts";

type Items = Electron.MenuItemConstructorOptions[];

const english = {
  file: "File", close: "Close window", quit: "Quit Descent",
  edit: "Edit", cut: "Cut", copy: "Copy", paste: "Paste", selectAll: "Select all",
  view: "View", reload: "Reload", actualSize: "Actual size", zoomIn: "Zoom in", zoomOut: "Zoom out", fullScreen: "Full screen", devTools: "Developer tools",
  window: "Window", minimize: "Minimize", zoom: "Zoom", front: "Bring all to front",
  help: "Help", about: "About Descent", hide: "Hide Descent", hideOthers: "Hide others", showAll: "Show all",
};

const chinese: typeof english = {
  file: "文件", close: "关闭窗口", quit: "退出 Descent",
  edit: "编辑", cut: "剪切", copy: "复制", paste: "粘贴", selectAll: "全选",
  view: "视图", reload: "重新加载", actualSize: "实际大小", zoomIn: "放大", zoomOut: "缩小", fullScreen: "全屏", devTools: "开发者工具",
  window: "窗口", minimize: "最小化", zoom: "缩放", front: "全部置于前台",
  help: "帮助", about: "关于 Descent", hide: "隐藏 Descent", hideOthers: "隐藏其他", showAll: "全部显示",
};

/** What a browser keeps for itself and a window of our own does not. */
const desktopKeys: Partial<Record<ActionId, string>> = { newRun: "CmdOrCtrl+N", newExperiment: "CmdOrCtrl+Shift+N", keys: "F1" };

/** The whole menu bar. The developer tools have an item only where the application is not packaged. */
export function menuTemplate(parts: { language: LanguageName; platform: NodeJS.Platform; isPackaged: boolean; act: (action: ActionId) => void }): Items {
  const { language, platform, isPackaged, act } = parts;
  const t = language === "zh" ? chinese : english;
  const isMac = platform === "darwin";
  const line = { type: "separator" } as const;
  const item = (id: ActionId): Items[number] => {
    const keys = desktopKeys[id] ?? accelerator(id);
    return { id, label: actions[id][language], ...(keys === null ? {} : { accelerator: keys }), click: () => { act(id); } };
  };

  const application: Items = [
    { role: "about", label: t.about }, line, item("settings"), line,
    { role: "hide", label: t.hide }, { role: "hideOthers", label: t.hideOthers }, { role: "unhide", label: t.showAll }, line,
    { role: "quit", label: t.quit },
  ];
  const file: Items = [
    item("newRun"), item("newExperiment"), item("data"), line, item("backUp"), item("storage"), line,
    ...(isMac ? [{ role: "close", label: t.close } as const] : [item("settings"), line, { role: "quit", label: t.quit } as const]),
  ];
  // The interface undoes what is written in a field itself, and the last deed anywhere else.
  const edit: Items = [
    item("undo"), item("redo"), line,
    { role: "cut", label: t.cut }, { role: "copy", label: t.copy }, { role: "paste", label: t.paste }, { role: "selectAll", label: t.selectAll }, line,
    item("palette"),
  ];
  const view: Items = [
    item("home"), item("runs"), item("compare"), item("queue"), line,
    item("theme"), item("language"), item("density"), item("sidebar"), line,
    { role: "reload", label: t.reload }, { role: "resetZoom", label: t.actualSize }, { role: "zoomIn", label: t.zoomIn }, { role: "zoomOut", label: t.zoomOut }, line,
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
    { role: "help", label: t.help, submenu: [item("tour"), item("keys"), line, { role: "about", label: t.about }] },
  ];
}
