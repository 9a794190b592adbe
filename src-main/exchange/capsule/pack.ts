/** A zip file on its way out, a file at a time and of a file a piece at a time: what is packed is taken away at once. Pure. */

import { Zip, ZipDeflate, ZipPassThrough } from "fflate/browser";

/** zip's first moment: the same files give the same bytes. */
const noTime = new Date(1980, 0, 1);

export class Packer {
  readonly #zip: Zip;
  #out: Uint8Array[] = [];

  constructor() {
    this.#zip = new Zip((error, bytes) => {
      if (error !== null) throw error;
      this.#out.push(bytes);
    });
  }

  /** Takes a file's bytes, the last of them said so. `isDense`: numbers that would hardly become smaller are stored as they are. One file at a time. */
  file(path: string, isDense: boolean): (bytes: Uint8Array, isLast: boolean) => void {
    const file = isDense ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 });
    file.mtime = noTime;
    this.#zip.add(file);
    return (bytes, isLast) => { file.push(bytes, isLast); };
  }

  end(): void { this.#zip.end(); }

  /** What has come out since the last time. */
  take(): Uint8Array {
    const parts = this.#out;
    this.#out = [];
    if (parts.length === 1) return parts[0]!;
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
