import { describe, expect, test } from 'vitest';
import { hubContract } from '#contract/hub';
import { partiesContract } from '#contract/parties';
import { describeApi } from '#kernel/openapi.ts';
import { readOpenApi, searchModules } from './open-api.ts';

/** Read from the document that the platform itself writes of its contracts. */
const document = await describeApi([hubContract, partiesContract], '1.0.0');
const modules = readOpenApi(document, 'https://touyan.example');
const operations = modules.flatMap((module) => module.operations);
const one = (id: string) => operations.find((operation) => operation.id === id);

describe('readOpenApi', () => {
  test('every operation of the contracts is there', () => {
    const names = [
      ...Object.keys(hubContract.operations),
      ...Object.keys(partiesContract.operations),
    ];
    expect(operations.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  test('fields inside others carry their path', () => {
    const names = one('parties.me')?.outputs.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['memberships', 'memberships[].organisationId']));
  });

  test('the lines name method, address, key and what is required', () => {
    const invite = one('parties.inviteMember');
    expect(invite?.curl).toContain('-X POST');
    expect(invite?.curl).toContain(
      '"https://touyan.example/api/v1/parties/organisations/$ORGANISATION_ID/invitations"',
    );
    expect(invite?.command).toBe(
      'touyan parties invite-member --organisation-id "$ORGANISATION_ID"',
    );
  });

  test('problems carry their status', () => {
    expect(one('parties.register')?.problems).toEqual(
      expect.arrayContaining([expect.objectContaining({ code: 'kernel.denied', status: 403 })]),
    );
  });

  test('what is no such document has no operations', () => {
    for (const other of [null, [], { paths: [1] }, { paths: { '/a': { get: 'no' } } }]) {
      expect(readOpenApi(other, '')).toEqual([]);
    }
  });
});

test('a search takes all its words, in whatever they stand', () => {
  const found = searchModules(modules, 'POST invitation').flatMap(({ operations: own }) => own);
  expect(found.map(({ id }) => id)).toContain('parties.inviteMember');
  expect(found.every(({ method }) => method === 'POST')).toBe(true);
  expect(searchModules(modules, 'no such words')).toEqual([]);
});
