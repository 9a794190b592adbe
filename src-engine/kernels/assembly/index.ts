/** What the module exports: kernels of the contract (kernels.ts) on addresses instead of vectors, with the constants already worked out by wasm.ts. */

export { columnSums, moments, normalize, normalizeBackward } from "./columns";
export { dense, denseInput, denseKernel, roomBytes } from "./dense";
export { average, dropout, l2, meanSquaredError, relu, reluBackward, sigmoidBackward, tanhBackward } from "./elements";
export { adamUpdate, momentumUpdate, sgdUpdate } from "./updates";
