/** Puts the native kernels of this machine into use for the test file that imports it, where there are some. */

import { loadNative, useNative } from "../../src-engine/node.ts";

const found = loadNative();
useNative(found);

/** The executor `native`, or nothing where this machine has none: the test of loading says whether it should. */
export const natives: readonly "native"[] = "addon" in found ? ["native"] : [];
