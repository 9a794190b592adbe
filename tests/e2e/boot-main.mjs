/**
 * Boots the built desktop entry in plain Node, `electron` alone replaced, in an empty home. Like Electron, it is ready only after the entry has been
 * evaluated. Asks the service through the window's channel, trains a run in a worker, quits through the menu's way.
 *
 *   node scripts/run.mjs tests/e2e/boot-main.mjs [--packed RESOURCES APP]     RESOURCES, APP: folders of a packed application, its archive extracted to APP
 *
 * Exit codes: 0 all as it should be · 2 the entry waits for `ready` before it is evaluated, which hangs in Electron · 1 anything else, with a sentence.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { connect } from "../../src-main/contract/rpc.ts";
import { fakeElectron, pageSide } from "../support/fake-electron.ts";

const [flag, resources, packed] = process.argv.slice(2);
const root = flag === "--packed" ? resolve(packed) : resolve(import.meta.dirname, "..", "..");
const entry = join(root, "out", "main", "index.js");
if (!existsSync(entry)) fail(`${entry} is missing. Run npm run build first.`);

const home = mkdtempSync(join(tmpdir(), "descent-boot-"));
process.on("exit", () => { rmSync(home, { recursive: true, force: true, maxRetries: 3 }); });
Object.assign(process.env, { HOME: home, USERPROFILE: home, APPDATA: home, XDG_CONFIG_HOME: home });
process.argv.length = 2;

const fake = fakeElectron();
if (flag === "--packed") {
  fake.app.isPackaged = true;
  process.resourcesPath = resolve(resources);
}
globalThis.fakeElectronModule = fake.electron;
registerHooks({
  resolve: (specifier, context, next) => (specifier === "electron" ? { url: "fake:electron", shortCircuit: true } : next(specifier, context)),
  load: (url, context, next) => (url === "fake:electron"
    ? { format: "module", shortCircuit: true, source: `export const { ${Object.keys(fake.electron).join(", ")} } = globalThis.fakeElectronModule;` }
    : next(url, context)),
});

const evaluated = await Promise.race([
  import(pathToFileURL(entry).href).then(() => true),
  new Promise((done) => { setTimeout(() => { done(false); }, 10_000); }),
]);
if (!evaluated) fail("The entry waits for something at its top level. Electron is ready only after the entry has been evaluated: use app.whenReady().then(…).", 2);
if (fake.windows.length > 0) fail("A window was opened before Electron was ready.");

const ended = new Promise((done) => { fake.app.onExit = done; });
const opened = new Promise((done) => { fake.app.once("web-contents-created", done); });
fake.app.becomeReady();
await Promise.race([opened, ended, late(20_000, "No window was opened.")]);
if (fake.seen.errors.length > 0) fail(`The application ended with: ${fake.seen.errors.flat().join(": ")}`);

const window = fake.windows[0];
const workbench = connect(pageSide(fake, window.webContents));
const about = await within(workbench.about({}), "about() was not answered.");
expect("the door", about.door, "electron");
expect("the dialogs", about.hasDialogs, true);
expect("the project's folder", about.project.file.startsWith(home), true);
expect("the page", (await fake.seen.handlers.get("app")(new Request(window.url))).status, 200);
expect("the preload", existsSync(window.options.webPreferences.preload), true);

const examples = await within(workbench.examples({}), "examples() was not answered.");
const iris = examples.find(({ id }) => id === "iris");
if (iris === undefined) fail(`There is no example iris; there are: ${examples.map(({ id }) => id).join(", ") || "none"}.`);
const spec = { ...iris.spec, train: { ...iris.spec.train, epochs: 2 } };
const { runIds } = await within(workbench.startRun({ experimentId: null, spec }), "startRun() was not answered.");
let last;
await within((async () => { for await (const event of workbench.watchRun({ runId: runIds[0], since: 0 })) last = event.run; })(), "The run did not end.");
expect("the run", last.state, "finished");
expect("its epochs", last.epoch, 2);

fake.app.quit();
expect("the exit code", await within(ended, "The application did not quit."), 0);
console.log(`booted ${flag === "--packed" ? "the packed application" : "out/main/index.js"}: window, service, worker, quit`);
process.exit(0);

function expect(what, got, wanted) { if (got !== wanted) fail(`${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`); }
function late(milliseconds, sentence) { return new Promise((_done, refuse) => { setTimeout(() => { refuse(new Error(sentence)); }, milliseconds); }); }
function within(promise, sentence) { return Promise.race([promise, late(20_000, sentence)]); }
function fail(sentence, code = 1) {
  console.error(sentence);
  process.exit(code);
}
