/** Serves a project until told to quit, and quits in order. Knows the machine only as it is handed in. */

import type { WorkbenchService } from "../service/workbench.ts";
import type { Door } from "./door.ts";

export interface ServeWorld {
  open(options: { project: string | undefined; parallel: number | undefined; door: "server"; views: boolean }): WorkbenchService;
  openDoor(service: WorkbenchService, options: { port: number; shouldOpen: boolean }): Promise<Door>;
  onInterrupt(listener: (signal: "SIGINT" | "SIGTERM") => void): () => void;
}

export interface ServeOptions {
  readonly project: string | undefined;
  readonly parallel: number | undefined;
  /** 0 takes a free one. */
  readonly port: number;
  readonly shouldOpen: boolean;
  /** Told the address, token and all, once the door is open. */
  announce(url: string): void;
}

/** The exit code: 130 after Ctrl-C, 0 after the system's request to end. Throws StoreError where project or port cannot be had. */
export async function serve(options: ServeOptions, world: ServeWorld): Promise<number> {
  const { project, parallel, port, shouldOpen, announce } = options;
  const quit = Promise.withResolvers<"SIGINT" | "SIGTERM">();
  const ignore = world.onInterrupt((signal) => { quit.resolve(signal); });
  try {
    const service = world.open({ project, parallel, door: "server", views: true });
    let door: Door;
    try { door = await world.openDoor(service, { port, shouldOpen }); } catch (error) { await service.close(); throw error; }
    announce(door.url);
    const signal = await quit.promise;
    await door.close();
    return signal === "SIGINT" ? 130 : 0;
  } finally {
    ignore();
  }
}
