import { describe, expect, test } from 'vitest';
import { formatNote, keyId, parseNote, parseNoteKey, verifyNoteKey } from './note.ts';
import { testLog, testWitness } from './testing.ts';

// From https://c2sp.org/signed-note
const key = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const note = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

describe('signed note', () => {
  test('the vector of the specification verifies and is written back as it was', async () => {
    const parsed = parseNote(note);
    expect(parsed.text).toBe('This is an example message.\n');
    expect(await verifyNoteKey(parsed, await parseNoteKey(key))).toEqual({ state: 'valid' });
    expect(formatNote(parsed)).toBe(note);
  });

  test('every changed character is refused', async () => {
    const opened = await parseNoteKey(key);
    for (let place = 0; place < note.length; place += 1) {
      const letter = note[place] === 'A' ? 'B' : 'A';
      const changed = note.slice(0, place) + letter + note.slice(place + 1);
      const verdict = await Promise.resolve()
        .then(() => verifyNoteKey(parseNote(changed), opened))
        .catch(() => ({ state: 'refused' }));
      expect(verdict.state, `character ${place}`).not.toBe('valid');
    }
  });

  test('of several signatures of one key, one that fails is enough', async () => {
    const text = 'a text\n';
    const good = await testLog.sign(text);
    const bad = { ...good, signature: good.signature.with(0, (good.signature[0] ?? 0) ^ 1) };
    const opened = await parseNoteKey(await testLog.vkey());
    expect(await verifyNoteKey({ text, signatures: [good, good] }, opened)).toEqual({
      state: 'valid',
    });
    expect(await verifyNoteKey({ text, signatures: [good, bad] }, opened)).toEqual({
      state: 'invalid',
    });
  });

  test('a cosignature verifies with its time, and no other time', async () => {
    const text = 'log\n0\nroot\n';
    const opened = await parseNoteKey(await testWitness.vkey());
    const line = await testWitness.cosign(text, 1_790_000_000);
    const valid = await verifyNoteKey({ text, signatures: [line] }, opened);
    expect(valid).toEqual({ state: 'valid', time: 1_790_000_000 });
    const later = { ...line, signature: line.signature.with(7, 1) };
    expect(await verifyNoteKey({ text, signatures: [later] }, opened)).toEqual({
      state: 'invalid',
    });
  });

  test('text may hold empty lines; the last one splits', () => {
    const signature = note.split('\n').at(-2);
    expect(parseNote(`a\n\nb\n\n${signature}\n`).text).toBe('a\n\nb\n');
  });

  test.each([
    ['no signature', 'a text\n\n'],
    ['no empty line', 'a text\n'],
    ['a control character', note.replace('is', '\t')],
    ['an ascii dash', note.replace('—', '-')],
    ['data after the last line', `${note}x`],
    ['base64 with unused bits set', note.replace('aQM=', 'aQN=')],
    ['too many signatures', `a\n\n${`${note.split('\n').at(-2)}\n`.repeat(65)}`],
  ])('refuses %s', (_, text) => {
    expect(() => parseNote(text)).toThrow('note_invalid');
  });

  test('at least 16 signatures are accepted', () => {
    expect(parseNote(`a\n\n${`${note.split('\n').at(-2)}\n`.repeat(16)}`).signatures).toHaveLength(
      16,
    );
  });

  test.each([
    key.replace('530d903a', '530d903b'),
    key.replace('example.com/foo', 'example.com/bar'),
    key.replace('+AekyeRrm', '+BekyeRrm'),
    key.slice(0, -4),
    '',
  ])('refuses the key %s', async (text) => {
    await expect(parseNoteKey(text)).rejects.toThrow('key_invalid');
  });

  test('a key id hashes name, newline, type and key', async () => {
    const { publicKey, id } = await parseNoteKey(key);
    expect(await keyId('example.com/foo', 1, publicKey)).toEqual(id);
  });
});
