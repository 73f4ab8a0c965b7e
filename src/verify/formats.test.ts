import { describe, expect, test } from 'vitest';
import { base64Encode } from './bytes.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { parsePolicy, policyOfText, quorumHolds, witnessesOf } from './policy.ts';
import { testLog, testSigner, testWitness } from './testing.ts';
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts';

const root = base64Encode(new Uint8Array(32));

describe('checkpoint', () => {
  test('is read and written back', () => {
    const text = `log.example\n70000\n${root}\nextension\n`;
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({ origin: 'log.example', size: 70000 });
    expect(formatCheckpoint(checkpoint)).toBe(text);
  });

  test.each([
    `\n1\n${root}\n`,
    `log\n01\n${root}\n`,
    `log\n-1\n${root}\n`,
    `log\n9007199254740993\n${root}\n`,
    `log\n1\n${root.slice(4)}\n`,
    `log\n1\n`,
    `log\n1\n${root}`,
    `log\n1\n${root}\n\nx\n`,
  ])('refuses %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrow('checkpoint_invalid');
  });
});

describe('tlog-proof', () => {
  const proof = { index: 7, hashes: [new Uint8Array(32), new Uint8Array(32).fill(1)] };
  test.each([
    { ...proof, checkpoint: 'log\n8\nroot\n\n— log AAAAAAA=\n' },
    { ...proof, extra: Uint8Array.of(1, 2), checkpoint: 'x\n' },
    { index: 0, hashes: [], checkpoint: 'x\n' },
  ])('is written and read back', (each) => {
    expect(parseTlogProof(formatTlogProof(each))).toEqual(each);
  });

  test.each([
    'c2sp.org/tlog-proof@v2\nindex 0\n\nx\n',
    'c2sp.org/tlog-proof@v1\nindex 00\n\nx\n',
    'c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx\n',
    'c2sp.org/tlog-proof@v1\nextra %\nindex 0\n\nx\n',
    'c2sp.org/tlog-proof@v1\n\nx\n',
    'c2sp.org/tlog-proof@v1\nindex 0\n',
  ])('refuses %j', (text) => {
    expect(() => parseTlogProof(text)).toThrow('file_invalid');
  });
});

describe('policy', () => {
  const witnesses = [3, 4, 5].map((seed) => testSigner(`w${seed}.example`, seed, 4));

  test('a group of two out of three holds with two', async () => {
    const keys = await Promise.all(witnesses.map((witness) => witness.vkey()));
    const lines = [
      '# who must have seen it',
      `log ${await testLog.vkey()} https://log.example`,
      ...keys.map((key, place) => `witness w${place} ${key}`),
      'group two 2 w0 w1 w2',
      'quorum two',
      '',
    ];
    const { quorum, logs } = await parsePolicy(lines.join('\n'));
    expect(logs).toHaveLength(1);
    const names = witnessesOf(quorum).map((key) => key.name);
    expect(names).toHaveLength(3);
    expect(quorumHolds(quorum, (key) => key.name !== names[0])).toBe(true);
    expect(quorumHolds(quorum, (key) => key.name === names[0])).toBe(false);
  });

  test('bare keys mean: this log, and every witness', async () => {
    const policy = await policyOfText(`${await testWitness.vkey()}\n${await testLog.vkey()}\n`);
    expect(policy.logs.map((key) => key.name)).toEqual(['log.example/test']);
    expect(quorumHolds(policy.quorum, () => false)).toBe(false);
    expect(quorumHolds(policy.quorum, () => true)).toBe(true);
  });

  test.each([
    ['quorum none', 'no log line'],
    ['log LOG', 'no quorum line'],
    ['log LOG\nquorum none\nquorum none', 'a second quorum line'],
    ['log LOG\nlog LOG\nquorum none', 'a key given twice'],
    ['log LOG\nquorum w', 'not defined'],
    ['log LOG\nwitness w WIT\ngroup a 2 w\nquorum a', 'neither all, any'],
    ['log LOG\nwitness w WIT\ngroup a any w\ngroup b any w\nquorum a', 'a member twice'],
    ['log LOG\nwitness w WIT\nwitness w WIT\nquorum w', 'is taken'],
    ['log WIT\nquorum none', 'no key of the type'],
    ['nonsense', 'not a policy line'],
  ])('refuses %j', async (text, problem) => {
    const filled = text
      .replaceAll('LOG', await testLog.vkey())
      .replaceAll('WIT', await testWitness.vkey());
    await expect(parsePolicy(filled)).rejects.toThrow(problem);
  });
});
