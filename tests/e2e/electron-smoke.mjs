/**
 * The built application in the real Electron: how its pages are shut in, and a run from start to end. `npm run test:electron`.
 * Where Electron's program has not been fetched (npx install-electron), or cannot run, it says so and passes; with --must-run it fails instead.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { _electron } from "playwright-core";
import { contentSecurityPolicy } from "../../src-main/contract/csp.ts";
import { isOver } from "../../src-main/contract/nouns.ts";
import { connect } from "../../src-main/contract/rpc.ts";

const root = resolve(import.meta.dirname, "..", "..");
const electron = join(root, "node_modules", "electron");
const pathFile = join(electron, "path.txt");
// Asking the package itself would start a download.
const program = existsSync(pathFile) ? join(electron, "dist", readFileSync(pathFile, "utf8")) : "";
const reason = obstacle();
if (reason !== null) {
  console.log(`skipped: ${reason}`);
  process.exit(process.argv.includes("--must-run") ? 1 : 0);
}
if (!existsSync(join(root, "out", "main", "index.js"))) {
  console.error("out/main/index.js is missing. Run npm run build first.");
  process.exit(1);
}

const home = mkdtempSync(join(tmpdir(), "descent-electron-"));
const application = await _electron.launch({
  executablePath: program,
  args: ["."],
  cwd: root,
  env: { ...process.env, HOME: home, USERPROFILE: home, APPDATA: home, XDG_CONFIG_HOME: home },
});
const stuck = setTimeout(() => { fail("The test took more than three minutes."); }, 180_000);
const errors = [];
try {
  const page = await application.firstWindow();
  page.on("pageerror", (error) => { errors.push(error.message); });
  await page.waitForLoadState("load");

  const wanted = { contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInSubFrames: false, nodeIntegrationInWorker: false, webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false };
  const found = await application.evaluate(({ webContents }) => webContents.getAllWebContents().map((contents) => contents.getLastWebPreferences()));
  equal("web contents", found.length, 1);
  for (const [name, value] of Object.entries(wanted)) equal(`web preference ${name}`, found[0][name] ?? false, value);

  equal("the page's address", await page.evaluate(() => location.origin), "app://descent");
  equal("what the page has of Node", await page.evaluate(() => [typeof globalThis.require, typeof globalThis.process, typeof globalThis.module, typeof globalThis.Buffer]), ["undefined", "undefined", "undefined", "undefined"]);
  equal("window.workbench", await page.evaluate(() => Object.keys(window.workbench).sort()), ["on", "post"]);
  equal("the policy", await page.evaluate(async () => (await fetch("/")).headers.get("content-security-policy")), contentSecurityPolicy);
  equal("an address that does not exist", await page.evaluate(async () => (await fetch("/..%2f..%2fpackage.json")).status), 404);

  const violations = await page.evaluate(async () => {
    const seen = new Set();
    document.addEventListener("securitypolicyviolation", (event) => { seen.add(event.effectiveDirective); });
    const script = document.createElement("script");
    script.textContent = "window.inlineRan = true";
    document.head.append(script);
    const image = document.createElement("img");
    image.src = "https://example.invalid/pixel.png";
    document.body.append(image);
    await fetch("app://evil/").catch(() => undefined);
    await new Promise((done) => { setTimeout(done, 300); });
    script.remove();
    image.remove();
    return [[...seen].sort(), window.inlineRan === undefined];
  });
  equal("what the policy stops", violations, [["connect-src", "img-src", "script-src-elem"], true]);

  const before = page.url();
  equal("window.open", await page.evaluate(() => window.open("https://example.invalid/")), null);
  await page.evaluate(() => { location.href = "https://example.invalid/"; });
  await page.evaluate(() => new Promise((done) => { setTimeout(done, 300); }));
  equal("the address after a navigation elsewhere", page.url(), before);
  equal("the windows", application.windows().length, 1);
  equal("a permission", await page.evaluate(async () => (await navigator.permissions.query({ name: "notifications" })).state), "denied");
  console.log("passed: the page is shut in");

  const listeners = new Set();
  await page.exposeFunction("heard", (message) => { for (const listener of listeners) listener(message); });
  await page.evaluate(() => { window.workbench.on((message) => { void window.heard(message); }); });
  const workbench = connect({
    post(message) { void page.evaluate((given) => { window.workbench.post(given); }, message); },
    on(listener) { listeners.add(listener); return () => { listeners.delete(listener); }; },
  });
  equal("the door", (await workbench.about({})).door, "electron");
  const digits = (await workbench.examples({})).find(({ id }) => id === "digits");
  const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...digits.spec, train: { ...digits.spec.train, epochs: 3 } } });
  let run = await workbench.run({ runId: runIds[0] });
  while (!isOver(run.state)) {
    await new Promise((done) => { setTimeout(done, 100); });
    run = await workbench.run({ runId: runIds[0] });
  }
  equal("the run", [run.state, run.epoch], ["finished", 3]);
  equal("errors of the page", errors, []);
  console.log(`passed: a run on the digits, ${run.steps} steps`);

  const child = application.process();
  const ended = new Promise((done) => { child.once("exit", done); });
  await application.close();
  equal("the exit code", await ended, 0);
  console.log("passed: orderly quit");
} finally {
  clearTimeout(stuck);
  await application.close().catch(() => undefined);
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Why Electron cannot run here, its sandbox on; `null` where nothing speaks against it. */
function obstacle() {
  if (program === "" || !existsSync(program)) return "no Electron binary";
  if (process.platform !== "linux") return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return "no display; with one from xvfb-run it would run";
  if (process.getuid() === 0) return "Electron's sandbox does not start for root";
  const restricted = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
  const helper = statSync(join(electron, "dist", "chrome-sandbox"));
  if (existsSync(restricted) && readFileSync(restricted, "utf8").trim() === "1" && !(helper.uid === 0 && (helper.mode & 0o4000) !== 0)) return "this system gives no sandbox to programs without a profile";
  return null;
}

function equal(what, got, expected) {
  if (JSON.stringify(got) !== JSON.stringify(expected)) throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
}
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
