import { expect, it } from 'vitest';
import { decisionSentence, grantSentence } from './access-sentence.ts';

const declarations = {
  'lab.sample.write': {
    kind: 'write' as const,
    resource: 'lab.sample',
    summary: 'change a sample',
  },
};
const reasons = new Map([['kernel.granted', { en: 'a grant allows it', zh: '有授权允许' }]]);
const at = new Date('2026-11-23T06:05:00Z');

it('tells a decision so that an auditor need not know the tables', () => {
  const row = {
    ...{ id: 'decision_1', decidedAt: at, principal: 'party_b', onBehalfOf: 'party_a' },
    ...{ permission: 'lab.sample.write', resourceType: 'lab.sample', resourceId: 'sample_1' },
    ...{ allowed: true, policies: ['kernel.granted'], grants: ['grant_1'] },
  };
  expect(decisionSentence(row, { declarations, reasons })).toEqual({
    en:
      'At 2026-11-23T06:05:00.000Z, party_b (on behalf of party_a) asked to change a sample ' +
      '(lab.sample.write) on lab.sample/sample_1: allowed, because a grant allows it, by grant_1.',
    zh:
      '2026-11-23T06:05:00.000Z，party_b（代表 party_a） 请求对 lab.sample/sample_1 行使权限 ' +
      'lab.sample.write：允许，因为有授权允许，依据授权 grant_1。',
  });
  const no = { ...row, onBehalfOf: null, allowed: false, policies: [], grants: [] };
  expect(decisionSentence(no, { declarations, reasons }).en).toContain(
    'denied, because no policy permits it',
  );
});

it('tells a grant with its reach, basis and end', () => {
  const row = {
    ...{ id: 'grant_1', subject: 'party_b', action: 'lab.sample.write', basis: 'delegation_1' },
    ...{ resourceType: 'party', resourceId: 'party_a', grantedBy: 'party_a', grantedAt: at },
    ...{ expiresAt: at, revokedAt: null, revokedBy: null, revokedReason: null },
  };
  expect(grantSentence(row, { declarations }).en).toBe(
    'At 2026-11-23T06:05:00.000Z, party_a allowed party_b to change a sample (lab.sample.write) on ' +
      'party_a and all that it owns, on the basis of delegation_1; it holds until ' +
      '2026-11-23T06:05:00.000Z.',
  );
});
