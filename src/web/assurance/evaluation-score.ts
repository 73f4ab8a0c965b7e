/** A score as people compare it: three decimals, always. */
export const scoreText = (score: number): string => score.toFixed(3);
