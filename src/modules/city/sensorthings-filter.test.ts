import { describe, expect, it } from 'vitest';
import { NotImplemented } from './sensorthings-failure.ts';
import { parseFilter } from './sensorthings-filter.ts';
import { nextQuery, readOptions } from './sensorthings-options.ts';
import { parsePath } from './sensorthings-path.ts';

const path = (...steps: string[]) => ({ kind: 'path', steps });

describe('$filter', () => {
  it('binds and before or, and reads literals as they are written', () => {
    expect(parseFilter("result gt -1.5e1 or not (name eq 'it''s' and id eq 'a')")).toEqual({
      kind: 'or',
      parts: [
        {
          ...{ kind: 'compare', operator: 'gt', left: path('result') },
          right: { kind: 'number', value: -15 },
        },
        {
          kind: 'not',
          part: {
            kind: 'and',
            parts: [
              {
                ...{ kind: 'compare', operator: 'eq', left: path('name') },
                right: { kind: 'text', value: "it's" },
              },
              {
                ...{ kind: 'compare', operator: 'eq', left: path('id') },
                right: { kind: 'text', value: 'a' },
              },
            ],
          },
        },
      ],
    });
    expect(parseFilter('phenomenonTime ge 2026-11-23T00:00:00Z')).toMatchObject({
      right: { kind: 'time', value: Date.parse('2026-11-23T00:00:00Z') },
    });
    expect(parseFilter("substringof('a', Datastream/name)")).toMatchObject({
      ...{ kind: 'test', text: path('Datastream', 'name'), piece: { value: 'a' } },
    });
    expect(parseFilter("startswith(name, 'a') eq false")).toMatchObject({ kind: 'not' });
  });
  it.each(['result add 1 gt 2', "geo.distance(location, 'x') lt 1", 'year(phenomenonTime) eq 1'])(
    'says of %s that it is not here',
    (text) => expect(() => parseFilter(text)).toThrow(NotImplemented),
  );
  it.each(['(result gt 1', "name eq 'a", 'result gt', '§', `${'('.repeat(99)}result gt 1`])(
    'refuses %s',
    (text) => expect(() => parseFilter(text)).toThrow(/input does not fit|not implemented/),
  );
});

describe('query options', () => {
  const read = (query: string) => readOptions(new URLSearchParams(query));
  it('nest in $expand', () => {
    const options = read(
      '$expand=Datastreams($select=id,name;$expand=Observations($orderby=phenomenonTime desc;$top=1)),Locations',
    );
    expect([...options.expand.keys()]).toEqual(['Datastreams', 'Locations']);
    const datastreams = options.expand.get('Datastreams');
    expect(datastreams?.select).toEqual(['id', 'name']);
    expect(datastreams?.expand.get('Observations')).toMatchObject({
      ...{ top: 1, orderby: [{ path: ['phenomenonTime'], descending: true }] },
    });
    const levels = read('$expand=Datastreams/Observations($top=2)');
    expect(levels.expand.get('Datastreams')?.expand.get('Observations')?.top).toBe(2);
  });
  it('are refused where they are unknown, or nothing', () => {
    expect(() => read('$apply=x')).toThrow(NotImplemented);
    for (const query of [
      '$count=yes',
      '$top=-1',
      '$skip=1.5',
      '$orderby=a b',
      '$expand=A(',
      '$top=1&$top=2',
    ]) {
      expect(() => read(query), query).toThrow(/does not fit/);
    }
  });
  it('go on to the next page', () => {
    expect(nextQuery(read("$filter=name eq 'a'&$top=5&$skip=5"), 5)).toBe(
      "$filter=name%20eq%20'a'&$top=5&$skip=10",
    );
  });
});

describe('addresses', () => {
  it('lead through links to an entity, a property or references', () => {
    expect(
      parsePath("Datastreams('datastream_1')/Observations(x)/FeatureOfInterest").steps,
    ).toEqual([
      { set: 'Datastreams', link: null, id: 'datastream_1' },
      { set: 'Observations', link: 'Observations', id: 'x' },
      { set: 'FeaturesOfInterest', link: 'FeatureOfInterest', id: null },
    ]);
    expect(parsePath("Things('a')/properties/x/$value").ending).toEqual({
      ...{ kind: 'property', name: 'properties', inner: ['x'], raw: true },
    });
    expect(parsePath("Things('a')/Datastreams/$ref").ending).toEqual({ kind: 'ref' });
  });
  it.each([
    '',
    'Nothing',
    'Things/name',
    "Things('a')/Nothing",
    "Things('a')/Locations/Things",
    'Things(',
    "Datastreams('a')/Thing('b')",
  ])('lead nowhere: %s', (text) =>
    expect(() => parsePath(text)).toThrow(/nothing with the identifier/),
  );
});
