import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { INLINE_CHARACTERS_MAX, needsSaving, snippetsOf } from './task-snippets.ts';

const address = 'http://127.0.0.1:7800/v1/tasks/trial_1';
const awkward = `{"inputs":["it's \\"quoted\\", $HOME \`ls\` \\\\n 😀","@file"]}`;
const made = { kind: 'made' } as const;
const written = { address, mediaType: 'application/json', fileName: 'texts.json', source: made };

/** What curl would be called with. */
function argumentsOf(snippet: string): string[] {
  const script = `TOUYAN_KEY=secret\ncurl() { printf '%s\\0' "$@"; }\n${snippet}`;
  return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.split('\0').slice(0, -1);
}

test('curl gets the text as it is, whatever is in it', () => {
  const { curl } = snippetsOf({ ...written, text: awkward });
  expect(argumentsOf(curl)).toEqual([
    ...['-sS', '-H', 'authorization: Bearer secret', '-H', 'content-type: application/json'],
    ...['--data-raw', awkward, address],
  ]);
});

test('a sample is fetched first, and a file of the reader is taken from where he is', () => {
  const sound = { address, mediaType: 'audio/wav', fileName: "it's a.wav", text: null };
  const sample = 'http://127.0.0.1:7800/api/v1/hub/file';
  const fetched = snippetsOf({ ...sound, source: { kind: 'sample', address: sample } });
  expect(argumentsOf(fetched.curl)).toEqual(
    expect.arrayContaining(['-o', sound.fileName, sample, '--data-binary', `@${sound.fileName}`]),
  );
  expect(fetched.python).toContain(sample);
  expect(fetched.script).toContain(sample);
  const own = snippetsOf({ ...sound, source: { kind: 'own' } });
  expect(argumentsOf(own.curl)).toContain(`@${sound.fileName}`);
  expect(own.python).toContain('open("it\'s a.wav", "rb")');
});

test('what is only on the page is to be saved, unless it stands in the snippet', () => {
  const long = 'x'.repeat(INLINE_CHARACTERS_MAX + 1);
  expect(needsSaving({ source: made, text: awkward })).toBe(false);
  expect(needsSaving({ source: made, text: long })).toBe(true);
  expect(needsSaving({ source: made, text: null })).toBe(true);
  expect(needsSaving({ source: { kind: 'own' }, text: null })).toBe(false);
  const { curl } = snippetsOf({ ...written, text: long });
  expect(argumentsOf(curl)).toContain('@texts.json');
});
