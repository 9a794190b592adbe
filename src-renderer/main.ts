/** The face comes up: finds the workbench, puts the app on the page. */

import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { reachFrom } from "./client.ts";
import { Connection } from "./state/connection.svelte.ts";
import { route } from "./state/route.svelte.ts";

const connection = new Connection(reachFrom(window), (run, ms) => {
  const timer = setTimeout(run, ms);
  return () => { clearTimeout(timer); };
});
// The token has left the address by now; the route reads what remains.
route.read();
void connection.open();

mount(App, { target: document.getElementById("app")!, props: { connection } });
