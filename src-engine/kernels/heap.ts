/** The memory of one plan, and of what is held beside it: a shared WebAssembly memory that grows without moving, so that views stay valid and every executor works on the same bytes. Knows bytes. */

/** Everything in it starts on such a boundary. */
const line = 64;
const page = 65_536;
/** The most that WebAssembly can address. */
export const mostBytes = 2 ** 32;

export class Heap {
  /** What a WebAssembly module imports. */
  readonly memory: SharedMemory;
  #end: number;
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  /** Made anew whenever the memory has grown: an older one ends where the memory ended then. */
  #buffer: SharedArrayBuffer;

  /** `start`: the first byte that is free. Throws RangeError where the machine has no such memory. */
  constructor(start: number, bytes: number) {
    this.#end = aligned(start);
    const initial = Math.ceil((this.#end + bytes) / page);
    this.memory = new WebAssembly.Memory({ initial, maximum: mostBytes / page, shared: true });
    this.#buffer = this.memory.buffer;
    this.#buffers.add(this.#buffer);
  }

  /** Zeros that nobody else uses, from this byte on. Throws RangeError ("could not allocate …") where the memory cannot grow so far. */
  allocate(bytes: number): number {
    const from = this.#end;
    const missing = from + bytes - this.#buffer.byteLength;
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / page));
      } catch {
        throw new RangeError(`could not allocate ${bytes} bytes beside the ${from} that are in use`);
      }
      this.#buffer = this.memory.buffer;
      this.#buffers.add(this.#buffer);
    }
    this.#end = aligned(from + bytes);
    return from;
  }

  /** Whether a vector's numbers lie in this memory. */
  owns(v: ArrayBufferView): boolean { return this.#buffers.has(v.buffer); }

  /** The memory as it is now, from byte 0. */
  get buffer(): SharedArrayBuffer { return this.#buffer; }

  singles(from: number, length: number): Float32Array { return new Float32Array(this.#buffer, from, length); }
  doubles(from: number, length: number): Float64Array { return new Float64Array(this.#buffer, from, length); }
  words(from: number, length: number): Int32Array { return new Int32Array(this.#buffer, from, length); }
}

const aligned = (bytes: number): number => Math.ceil(bytes / line) * line;

/** What is used of WebAssembly.Memory: the engine's types know no browser and no Node. */
export interface SharedMemory { readonly buffer: SharedArrayBuffer; grow(pages: number): number }
declare const WebAssembly: { readonly Memory: new (pages: { readonly initial: number; readonly maximum: number; readonly shared: true }) => SharedMemory };
