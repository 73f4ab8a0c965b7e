import type { Usage } from './completion-chunk.ts';

/** Tokens to be added to a call that is counted already; they may be fewer than none, to set an estimate right. */
export type TokenDifference = { tokensIn: number; tokensOut: number; tokensEstimated: number };

/** Pieces that go out before they are written down: what a killed server loses at most of one answer. */
const BLOCK = 32;

/**
 * Counts a streamed answer while it is given: a piece of text is a token until the server says better. `add` writes down the
 * difference to what it has written before, so that nothing counts twice. The call itself, with the estimate of its prompt, is
 * counted before the first `wrote`.
 */
export function createTokenMeter(
  options: { promptEstimated: number },
  uses: { add(difference: TokenDifference): Promise<void> },
) {
  const { promptEstimated } = options;
  let written = {
    ...{ tokensIn: promptEstimated, tokensOut: 0, tokensEstimated: promptEstimated },
  };
  let given = 0;
  let settled: Usage | null = null;

  const write = async (target: TokenDifference) => {
    const difference = {
      tokensIn: target.tokensIn - written.tokensIn,
      tokensOut: target.tokensOut - written.tokensOut,
      tokensEstimated: target.tokensEstimated - written.tokensEstimated,
    };
    if (Object.values(difference).every((tokens) => tokens === 0)) return;
    // As written before it is: should the answer to this be lost, it may stand there, and must not be added again.
    written = target;
    await uses.add(difference);
  };
  const own = (): TokenDifference => {
    const tokensEstimated = promptEstimated + given;
    return { tokensIn: promptEstimated, tokensOut: given, tokensEstimated };
  };
  return {
    /** Pieces that are about to be given. Throws what `add` does. */
    async wrote(pieces: number): Promise<void> {
      given += pieces;
      if (given - written.tokensOut >= BLOCK) await write(own());
    },
    /** Writes down the rest, once: by the server's own count, where it gave one. Gives what then stands. */
    async settle(usage: Usage | null): Promise<Usage> {
      if (settled) return settled;
      settled = usage ?? { tokensIn: promptEstimated, tokensOut: given };
      await write(usage ? { ...usage, tokensEstimated: 0 } : own());
      return settled;
    },
  };
}
