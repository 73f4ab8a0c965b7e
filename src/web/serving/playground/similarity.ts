/** The cosine of the angle between two vectors of one length: 1 the same direction, 0 nothing in common. 0 of a zero vector. Pure. */
export function cosine(one: readonly number[], other: readonly number[]): number {
  let [dot, ones, others] = [0, 0, 0];
  for (const [place, value] of one.entries()) {
    const beside = other[place] ?? 0;
    dot += value * beside;
    ones += value * value;
    others += beside * beside;
  }
  return ones === 0 || others === 0 ? 0 : dot / Math.sqrt(ones * others);
}
