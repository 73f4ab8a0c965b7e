import { join } from 'node:path';
import { type OptionTable, readOptions } from '#kernel/config.ts';
import type { Module, ModuleSource } from '#kernel/module.ts';
import { openFileSigner } from '#kernel/signer.ts';
import { assuranceOptions, assuranceSource, createAssurance } from '#modules/assurance';
import { casesOptions, casesSource, createCases } from '#modules/cases';
import { cityOptions, cityProcedures, citySource, createCity } from '#modules/city';
import { computeOptions, computeSource, createCompute } from '#modules/compute';
import { createDiscovery, discoveryOptions, discoverySource } from '#modules/discovery';
import { createExchange, exchangeOptions, exchangeSource } from '#modules/exchange';
import {
  createGovernance,
  governanceOptions,
  governanceProcedures,
  governanceSource,
} from '#modules/governance';
import { createHub, hubOptions, hubSource } from '#modules/hub';
import { createNotices, noticesOptions, noticesSource } from '#modules/notices';
import { createObservatory, observatoryOptions, observatorySource } from '#modules/observatory';
import { openParties, partiesOptions, partiesSource } from '#modules/parties';
import {
  createScenarios,
  scenariosOptions,
  scenariosProcedures,
  scenariosSource,
} from '#modules/scenarios';
import { createServing, servingOptions, servingSource } from '#modules/serving';
import type { OpenKernel } from './open-kernel.ts';
import type { PlatformOptions } from './platform-options.ts';
import { scheduleBlobSweep } from './sweep-blobs.ts';

/** Every module's contract and tables, in the order of the rooms. */
export const sources: readonly ModuleSource[] = [
  partiesSource,
  noticesSource,
  casesSource,
  hubSource,
  computeSource,
  servingSource,
  assuranceSource,
  governanceSource,
  exchangeSource,
  scenariosSource,
  citySource,
  observatorySource,
  discoverySource,
];

export const optionTables: Record<string, OptionTable> = {
  parties: partiesOptions,
  notices: noticesOptions,
  cases: casesOptions,
  hub: hubOptions,
  compute: computeOptions,
  serving: servingOptions,
  assurance: assuranceOptions,
  governance: governanceOptions,
  exchange: exchangeOptions,
  scenarios: scenariosOptions,
  city: cityOptions,
  observatory: observatoryOptions,
  discovery: discoveryOptions,
};

/** The only place that knows every module: makes each with those before it. */
export async function compose(options: PlatformOptions, kernel: OpenKernel) {
  const of = <const Table extends OptionTable>(table: Table) =>
    readOptions(table, options.environment);

  const parties = await openParties({ ...of(partiesOptions), ...options }, { kernel });
  const notices = createNotices(of(noticesOptions), { kernel, parties });
  const cases = createCases(
    {
      procedures: [...governanceProcedures, ...scenariosProcedures, ...cityProcedures],
      objectionsOpenMax: of(casesOptions).CASES_OBJECTIONS_OPEN_MAX,
    },
    { kernel, notify: notices.send, partyNames: parties.names },
  );
  const hub = createHub(of(hubOptions), { kernel, parties, notify: notices.send });
  const compute = createCompute(
    { ...of(computeOptions), folder: options.folder, nodePath: process.execPath },
    { kernel, hub },
  );
  const serving = createServing(of(servingOptions), { kernel, hub, compute });
  const assurance = createAssurance(of(assuranceOptions), {
    ...{ kernel, hub, compute, serving },
  });
  const governance = createGovernance(of(governanceOptions), {
    ...{ kernel, cases, hub, serving, assurance },
    ...{ notify: notices.send, partyNames: parties.names },
  });
  const exchange = createExchange(of(exchangeOptions), {
    ...{ kernel, serving, notify: notices.send, partyNames: parties.names },
    // Signs agreements in the name of the parties; with the other keys it is in every backup.
    signer: await openFileSigner({
      file: join(options.folder, 'keys', 'agreements'),
      name: `${options.origin}/agreements`,
    }),
  });
  const scenarios = createScenarios(of(scenariosOptions), {
    kernel,
    cases,
    hub,
    assurance,
    notify: notices.send,
    partyNames: parties.names,
  });
  const city = createCity(
    { ...of(cityOptions), address: parties.address },
    {
      ...{ kernel, cases, serving, governance, notify: notices.send },
      ...{ partyNames: parties.names, authenticate: parties.authenticate },
    },
  );
  const observatory = createObservatory(of(observatoryOptions), {
    kernel,
    notify: notices.send,
    partyNames: parties.names,
  });
  const discovery = createDiscovery(of(discoveryOptions), {
    kernel,
    sources: [parties, hub, assurance, exchange, scenarios, city].map(
      ({ searchEntries }) => searchEntries,
    ),
    userKinds: { deployment: 'serving.deployment.read' },
  });
  await scheduleBlobSweep(
    kernel,
    [hub, compute, serving, assurance].map(({ blobsInUse }) => blobsInUse),
  );
  const modules: readonly Module[] = [
    parties,
    notices,
    cases,
    hub,
    compute,
    serving,
    assurance,
    governance,
    exchange,
    scenarios,
    city,
    observatory,
    discovery,
  ];
  return { modules, parties, compute };
}
