/** Each point by itself, evenly in the cube. */

import type { Sampler } from "../cube.ts";
import { drawAllowed } from "../space.ts";

export const random: Sampler = ({ cube, stream }) => drawAllowed(cube, () => cube.sides.map(() => stream.uniform()));
