import { describe, expect, it } from 'vitest';
import {
  changesBetween,
  contractsDigest,
  contractsFile,
  readContracts,
  serialiseContracts,
} from './contracts.ts';
import { read } from './house.ts';

/**
 * Nothing that others depend on changes silently: operations, facts and permissions are committed, and the
 * changelog carries the digest of that file beside the sentence that says what changed.
 */

describe('the contracts', () => {
  const now = serialiseContracts();

  it('are those that are committed: node tools/contracts.ts writes them anew', () => {
    expect(changesBetween(readContracts(), now)).toEqual([]);
    expect(readContracts()).toEqual(now);
  });

  it('stand in the changelog with their digest and what changed', () => {
    const [, newest = ''] =
      /\n### Contracts\n([\s\S]*?)(?=\n##|$)/.exec(read('CHANGELOG.md')) ?? [];
    expect(newest).toContain(contractsDigest(read(contractsFile)));
  });

  it('are said to have changed wherever one did, however deep', () => {
    const before = structuredClone(now);
    const [reference = ''] = /#\/schemas\/\w+/.exec(JSON.stringify(before.operations)) ?? [];
    const changed = JSON.parse(JSON.stringify(before).replaceAll(reference, '#/schemas/other'));
    const facts = Object.keys(before.facts);
    delete changed.facts[facts[0] ?? ''];
    changed.permissions['lab.new'] = { kind: 'open', resource: null, summary: 'try' };
    const lines = changesBetween(before, changed);
    expect(lines).toContain(`- ${facts[0]}: removed`);
    expect(lines).toContain('- lab.new: new');
    expect(lines.some((line) => line.endsWith(': changed'))).toBe(true);
  });
});
