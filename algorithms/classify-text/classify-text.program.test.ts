import { beforeAll, describe, expect, it } from 'vitest';
import { type BuiltAlgorithm, openBuilt } from '../testing.ts';

/** The program tells the suite's spam from its mail as its card says, and bears any text. */

let program: BuiltAlgorithm<'text-classification'>;
beforeAll(async () => {
  program = await openBuilt('classify-text', 'text-classification');
});

describe('the suite', () => {
  it('is told apart: 0.93 of the labels at least', async () => {
    const texts = program.cases.map(({ text }) => String(text));
    const answers = await program.call({ texts });
    const right = program.cases.filter(({ expected }, place) => {
      return (expected as { label: string }).label === answers[place]?.[0]?.label;
    });
    expect(right.length / texts.length).toBeGreaterThanOrEqual(0.93);
    expect(new Set(right.map(({ expected }) => JSON.stringify(expected))).size).toBe(2);
  });
});

describe('any text', () => {
  it('gets both labels, the likelier first, their shares one in all', async () => {
    const answers = await program.call({ texts: ['', '路灯坏了', '\u0000', 'x'.repeat(20_000)] });
    for (const labels of answers) {
      expect(labels.map(({ label }) => label).sort()).toEqual(['ham', 'spam']);
      expect(labels[0]?.score).toBeGreaterThanOrEqual(labels[1]?.score ?? 1);
      expect((labels[0]?.score ?? 0) + (labels[1]?.score ?? 0)).toBeCloseTo(1);
    }
  });

  it('is the same mail with other addresses and numbers', async () => {
    const mail = (who: string, amount: string) =>
      `Dear ${who}, send ${amount} today to http://${who.split('@')[1]}/pay`;
    const [one, other] = await program.call({
      texts: [mail('a@example.com', '$9,999'), mail('some.body@example.org', '$1,234')],
    });
    expect(one).toEqual(other);
  });
});
