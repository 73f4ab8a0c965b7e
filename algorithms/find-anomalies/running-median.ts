/** The median of the numbers that were added and not removed; what is no number counts as nothing. */
export type RunningMedian = {
  add(value: number): void;
  remove(value: number): void;
  /** NaN where there is none; the mean of the two in the middle where they are even. */
  median(): number;
};

/** Kept in order: a step costs one search and one move of memory, which for some thousand numbers is nothing. */
export function createRunningMedian(): RunningMedian {
  let sorted = new Float64Array(1_024);
  let length = 0;
  const placeOf = (value: number) => {
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    add(value) {
      if (Number.isNaN(value)) return;
      if (length === sorted.length) {
        const larger = new Float64Array(length * 2);
        larger.set(sorted);
        sorted = larger;
      }
      const place = placeOf(value);
      sorted.copyWithin(place + 1, place, length);
      sorted[place] = value;
      length += 1;
    },
    remove(value) {
      if (Number.isNaN(value)) return;
      const place = placeOf(value);
      sorted.copyWithin(place, place + 1, length);
      length -= 1;
    },
    median() {
      if (length === 0) return Number.NaN;
      const low = sorted[(length - 1) >> 1] ?? 0;
      const high = sorted[length >> 1] ?? 0;
      return low + (high - low) / 2;
    },
  };
}
