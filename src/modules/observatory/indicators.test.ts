import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { assuranceContract } from '#contract/assurance';
import { cityContract } from '#contract/city';
import { exchangeContract } from '#contract/exchange';
import { governanceContract } from '#contract/governance';
import { scenariosContract } from '#contract/scenarios';
import { servingContract } from '#contract/serving';
import { indicators, isCounted } from './indicators.ts';

/** Kinds and members are named as text: what they name has to be there, or 0 is counted for ever. */
const declared: Readonly<Record<string, z.ZodType>> = {
  ...assuranceContract.facts,
  ...cityContract.facts,
  ...exchangeContract.facts,
  ...governanceContract.facts,
  ...scenariosContract.facts,
  ...servingContract.facts,
};

describe.each(indicators.filter(isCounted))('$indicatorId', ({ factKind, member }) => {
  it('counts facts that a room announces, and adds up whole numbers', () => {
    const schema = declared[factKind];
    expect(schema, factKind).toBeDefined();
    if (!schema || member === null) return;
    const { properties } = z.toJSONSchema(schema, { unrepresentable: 'any' });
    expect(properties?.[member]).toMatchObject({ type: 'integer' });
  });
});
