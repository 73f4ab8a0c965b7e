/** The mark on a grid of 20: three strokes in the V of flying geese, the first one in accent. */
export const markStrokes = [
  'M7.6 5.9 10 3.2 12.4 5.9',
  'M6.6 8.9 2.4 16.6',
  'M13.4 8.9 17.6 16.6',
] as const;
