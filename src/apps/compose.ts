import { type OptionTable, readOptions } from '#kernel/config.ts';
import type { Module, ModuleSource } from '#kernel/module.ts';
import { assuranceOptions, assuranceSource, createAssurance } from '#modules/assurance';
import { casesOptions, casesSource, createCases } from '#modules/cases';
import { computeOptions, computeSource, createCompute } from '#modules/compute';
import { createDiscovery, discoveryOptions, discoverySource } from '#modules/discovery';
import { createHub, hubOptions, hubSource } from '#modules/hub';
import { createNotices, noticesOptions, noticesSource } from '#modules/notices';
import { openParties, partiesOptions, partiesSource } from '#modules/parties';
import {
  createScenarios,
  scenariosOptions,
  scenariosProcedures,
  scenariosSource,
} from '#modules/scenarios';
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
  assuranceSource,
  scenariosSource,
  discoverySource,
];

export const optionTables: Record<string, OptionTable> = {
  parties: partiesOptions,
  notices: noticesOptions,
  cases: casesOptions,
  hub: hubOptions,
  compute: computeOptions,
  assurance: assuranceOptions,
  scenarios: scenariosOptions,
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
      procedures: scenariosProcedures,
      objectionsOpenMax: of(casesOptions).CASES_OBJECTIONS_OPEN_MAX,
    },
    { kernel, notify: notices.send, partyNames: parties.names },
  );
  const hub = createHub(of(hubOptions), { kernel });
  const compute = createCompute(
    { ...of(computeOptions), folder: options.folder, nodePath: process.execPath },
    { kernel, hub },
  );
  const assurance = createAssurance(of(assuranceOptions), { kernel, compute });
  const scenarios = createScenarios(of(scenariosOptions), {
    kernel,
    cases,
    hub,
    assurance,
    notify: notices.send,
    partyNames: parties.names,
  });
  const discovery = createDiscovery(of(discoveryOptions), {
    kernel,
    sources: [parties, hub, assurance, scenarios].map(({ searchEntries }) => searchEntries),
  });
  await scheduleBlobSweep(kernel, [hub.blobsInUse, compute.blobsInUse, assurance.blobsInUse]);
  const modules: readonly Module[] = [
    parties,
    notices,
    cases,
    hub,
    compute,
    assurance,
    scenarios,
    discovery,
  ];
  return { modules, parties, compute };
}
