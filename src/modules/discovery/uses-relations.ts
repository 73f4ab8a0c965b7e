/** How something uses a revision. Browser-safe. */
export const usesRelations = [
  'measured',
  'public_data',
  'scorer',
  'baseline',
  'awarded',
  'deployed',
  'offered',
] as const;
export type UsesRelation = (typeof usesRelations)[number];
