import { join } from 'node:path';
import { type OptionsOf, type OptionTable, readOptions } from '#kernel/config.ts';
import type { Module, ModuleSource } from '#kernel/module.ts';
import { assuranceOptions, assuranceSource, createAssurance } from '#modules/assurance';
import { casesOptions, casesSource, createCases } from '#modules/cases';
import { computeOptions, computeSource, openCompute } from '#modules/compute';
import { createDiscovery, discoveryOptions, discoverySource } from '#modules/discovery';
import { createHub, hubOptions, hubSource } from '#modules/hub';
import { createNotices, noticesOptions, noticesSource } from '#modules/notices';
import {
  createParties,
  type PartiesOptions,
  partiesOptions,
  partiesSource,
  readOrCreateSecret,
} from '#modules/parties';
import {
  createScenarios,
  scenariosOptions,
  scenariosProcedures,
  scenariosSource,
} from '#modules/scenarios';
import type { OpenKernel } from './open-kernel.ts';
import type { PlatformOptions } from './platform-options.ts';

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

export const optionTables = {
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

  const parties = createParties(await partiesSettings(options, of(partiesOptions)), { kernel });
  if (options.demonstration) await parties.ensurePersonas();
  const notices = createNotices(of(noticesOptions), { kernel, parties });
  const cases = createCases(
    {
      procedures: scenariosProcedures,
      objectionsOpenMax: of(casesOptions).CASES_OBJECTIONS_OPEN_MAX,
    },
    { kernel, notify: notices.send, partyNames: parties.namesOf },
  );
  const hub = createHub(of(hubOptions), { kernel });
  const compute = await openCompute(of(computeOptions), { kernel });
  const assurance = createAssurance(of(assuranceOptions), { kernel, hub, compute });
  const scenarios = createScenarios(of(scenariosOptions), {
    kernel,
    cases,
    hub,
    assurance,
    notify: notices.send,
    partyNames: parties.namesOf,
  });
  const discovery = createDiscovery(of(discoveryOptions), {
    kernel,
    sources: [hub.searchEntries],
  });
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
  return { modules, parties };
}

async function partiesSettings(
  { folder, host, port, demonstration }: PlatformOptions,
  read: OptionsOf<typeof partiesOptions>,
): Promise<PartiesOptions> {
  return {
    secret: read.PARTIES_SECRET ?? (await readOrCreateSecret(join(folder, 'keys', 'sessions'))),
    address: read.PARTIES_ADDRESS ?? `http://${host}:${port}`,
    sessionDays: read.PARTIES_SESSION_DAYS,
    registration: read.PARTIES_REGISTRATION,
    registrationsPerMinuteMax: read.PARTIES_REGISTRATIONS_PER_MINUTE_MAX,
    trustedProxies: read.PARTIES_TRUSTED_PROXIES,
    personas: demonstration,
  };
}
