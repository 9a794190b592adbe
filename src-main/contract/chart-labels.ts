/** Places for labels that want to stand beside their lines' ends without touching. Knows positions only. */

/**
 * Moves positions apart to at least `gap`, keeps their order, stays in [from, to] where there is room, and moves as little as it can:
 * neighbours that would touch become one block that stands at the mean of where its members wanted to be.
 */
export function spread(wanted: readonly number[], gap: number, from: number, to: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  interface Block { members: number[]; top: number }
  const blocks: Block[] = [];
  const topOf = (members: readonly number[]): number => {
    const mean = members.reduce((sum, i, place) => sum + wanted[i]! - place * gap, 0) / members.length;
    return Math.min(Math.max(mean, from), Math.max(from, to - (members.length - 1) * gap));
  };
  for (const i of order) {
    let block: Block = { members: [i], top: topOf([i]) };
    for (let above = blocks.at(-1); above !== undefined && above.top + above.members.length * gap > block.top; above = blocks.at(-1)) {
      blocks.pop();
      const members = [...above.members, ...block.members];
      block = { members, top: topOf(members) };
    }
    blocks.push(block);
  }
  const places = new Array<number>(wanted.length).fill(0);
  for (const { members, top } of blocks) members.forEach((i, place) => { places[i] = top + place * gap; });
  return places;
}
