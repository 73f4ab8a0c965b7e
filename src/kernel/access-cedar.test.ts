import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createCedar } from './access-cedar.ts';

const declarations = {
  'lab.sample.read': { kind: 'read' as const, resource: 'lab.sample', summary: 'read a sample' },
};
const kernel = readFileSync(new URL('policies.cedar', import.meta.url), 'utf8');
const policy = (id: string, when: string) =>
  `@id("${id}") @en("e") @zh("z") permit (principal is Party, action, resource is Resource)
   when { ${when} };`;

it.each([
  ['no reason', 'permit (principal, action, resource);', 'lacks @id'],
  ['an id twice', policy('kernel.open', 'true'), 'two policies have the id'],
  ['an attribute that is not there', policy('lab.a', 'resource.colour == "red"'), 'colour'],
  ['a role compared as a text', policy('lab.b', 'principal.roles == "operator"'), 'lab.b'],
  ['no Cedar', 'permit (', 'unexpected'],
])('refuses policies with %s before anything runs', (_what, text, message) => {
  expect(() => createCedar(declarations, [kernel, text])).toThrow(message);
});

it('denies where a policy cannot be evaluated: it may have been a forbid', () => {
  const overflow = policy('lab.c', '9223372036854775807 + 1 > 0').replace('permit', 'forbid');
  const cedar = createCedar(declarations, [kernel, overflow]);
  const party = { kind: 'person', belongs: ['p'], administers: ['p'], roles: [] };
  const answer = cedar.ask({
    principal: { type: 'Party', id: 'p', ...party },
    permission: 'lab.sample.read',
    resource: { type: 'lab.sample', id: 's', owner: 'p', audience: 'owner' },
    ...{ granted: false, inScope: true },
  });
  expect(answer).toEqual({ allowed: false, policies: ['lab.c'] });
});
