import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CommitLine, readCommitLines } from './commit-lines.ts';

/** Cuts text into pieces of a few bytes, as a network may. */
async function* pieces(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
}

async function collect(text: string, size: number): Promise<CommitLine<string>[]> {
  const lines: CommitLine<string>[] = [];
  const store = async (content: AsyncIterable<Uint8Array>) => {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    return Buffer.concat(parts).toString('hex');
  };
  for await (const line of readCommitLines(pieces(text, size), store)) lines.push(line);
  return lines;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

it('gives every file the bytes that were sent, wherever the pieces are cut', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }),
    fc.integer({ min: 1, max: 30 }),
    fc.boolean(),
    async (files, size, contentFirst) => {
      const lines = files.map((bytes, index) => {
        const content = base64(bytes);
        const rest = { path: `目录/"${index}`.replace('"', '_'), encoding: 'base64' };
        return { key: 'file', value: contentFirst ? { content, ...rest } : { ...rest, content } };
      });
      const header = { key: 'header', value: { summary: 'with "content":"x" in it \\' } };
      const text = [header, ...lines].map((line) => JSON.stringify(line)).join('\n');
      const read = await collect(text, size);
      expect(read.slice(1).map(({ value }) => value)).toEqual(
        files.map((bytes, index) => ({
          path: `目录/_${index}`,
          stored: Buffer.from(bytes).toString('hex'),
        })),
      );
      expect(read[0]?.value).toMatchObject(header.value);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

it.each([
  '{"key":"file","value":{"path":"a","content":"QUJD',
  '{"key":"file","value":{"path":"a","content":"QUJ","encoding":"base64"}}',
  '{"key":"file","value":{"path":"a","content":"QU=JD","encoding":"base64"}}',
  '{"key":"file","value":{"path":"a","content":"QU\\u0042D","encoding":"base64"}}',
  '{"key":"file","value":{"path":"../a","content":"QUJD","encoding":"base64"}}',
  '{"key":"file","value":{"path":"a","encoding":"base64"}}',
  '{"key":"file","value":{"path":"a","content":"QUJD","content":"QUJD","encoding":"base64"}}',
  '{"key":"deletedFile","value":{"path":"a","content":"QUJD"}}',
  '{"key":"lfsFile","value":{"path":"a","oid":"zz"}}',
  '{"key":"header","value":{"summary":"x","parentCommit":"main"}}',
  '{"key":"nothing","value":{}}',
  '[]',
  '\u0000',
  '{"key":"header","value":{"summary":"',
])('refuses %s', async (text) => {
  await expect(collect(text, 7)).rejects.toMatchObject({ code: 'hub.commit_unfit' });
});

it('holds no more of a line than its bound', async () => {
  const long = `{"key":"header","value":{"summary":"${'x'.repeat(70_000)}"}}`;
  await expect(collect(long, 1000)).rejects.toMatchObject({ code: 'hub.commit_unfit' });
});
