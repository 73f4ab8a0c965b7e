import { guard, type Handlers, type ModuleSource } from '#kernel/module.ts';
import { closePeriod } from './close-period.ts';
import { observatoryContract } from './contract.ts';
import { countingSubscriptions } from './count-facts.ts';
import { enterValue } from './enter-value.ts';
import { readEvidence } from './evidence.ts';
import { confirmImport, previewImport, readImport } from './import-values.ts';
import type { Uses } from './module-uses.ts';
import { publishValue } from './publish-value.ts';
import { listIndicators, listTargets, readIndicator } from './read-indicators.ts';
import { listFactsOf, listPeriods, readPeriod } from './read-periods.ts';
import { listValues, readValue } from './read-values.ts';
import { reviewValue } from './review-value.ts';

export { observatoryOptions } from './config.ts';

export const observatorySource: ModuleSource = {
  contract: observatoryContract,
  migrations: { module: 'observatory', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: new URL('./policies.cedar', import.meta.url),
};

/** The plan's targets, what the platform itself produced counted from facts, and what is entered. */
export function createObservatory(options: Uses['options'], given: Omit<Uses, 'options'>) {
  const uses: Uses = { ...given, options };
  return {
    contract: observatoryContract,
    handlers: guard(observatoryContract, uses.kernel.access, handlersOf(uses)),
    doors: [],
    services: [],
    subscriptions: countingSubscriptions(uses),
  };
}

function handlersOf(uses: Uses): Handlers<(typeof observatoryContract)['operations']> {
  return {
    listIndicators: (input) => listIndicators(input, uses),
    getIndicator: ({ indicatorId }, call) => readIndicator(indicatorId, uses, call),
    listTargets: async (input) => listTargets(input),
    listValues: (input, call) => listValues(input, uses, call),
    getValue: ({ valueId }, call) => readValue(valueId, uses, call),
    async enterValue({ sourceUrl = null, ...input }, call) {
      return readValue(await enterValue({ ...input, sourceUrl }, uses, call), uses, call);
    },
    async reviewValue(input, call) {
      await reviewValue(input, uses, call);
      return readValue(input.valueId, uses, call);
    },
    async publishValue({ valueId }, call) {
      await publishValue(valueId, uses, call);
      return readValue(valueId, uses, call);
    },
    previewImport: async (input, call) => readImport(await previewImport(input, uses, call), uses),
    getImport: ({ importId }) => readImport(importId, uses),
    async confirmImport({ importId }, call) {
      await confirmImport(importId, uses, call);
      return readImport(importId, uses);
    },
    listPeriods: (input, call) => listPeriods(input, uses, call),
    closePeriod: async ({ period }, call) =>
      readPeriod(await closePeriod(period, uses, call), uses, call),
    listFactsOf: (input, call) => listFactsOf(input, uses, call),
    getIndicatorEvidence: (input, call) => readEvidence(input, uses, call),
  };
}
