import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

/**
 * How much script each address loads before it is usable, compressed as a server would (gzip, level
 * 9), in kilobytes of 1,000 bytes. The home page stays under 250 for good; the others have what
 * they need and little more, so that a heavy part that slips in is seen at once.
 */
export const budgets: Readonly<Record<string, { page: string; kilobytesMax: number }>> = {
  '/': { page: 'home/page.tsx', kilobytesMax: 175 },
  '/scenarios': { page: 'scenarios/scenarios-page.tsx', kilobytesMax: 175 },
  '/scenarios/new': { page: 'scenarios/scenario-form-page.tsx', kilobytesMax: 300 },
  '/scenarios/$scenarioId': { page: 'scenarios/scenario-page.tsx', kilobytesMax: 185 },
  '/scenarios/$scenarioId/calls/new': { page: 'scenarios/call-form-page.tsx', kilobytesMax: 300 },
  '/scenarios/calls': { page: 'scenarios/calls-page.tsx', kilobytesMax: 175 },
  '/scenarios/calls/$callId': { page: 'scenarios/call-page.tsx', kilobytesMax: 200 },
  '/scenarios/calls/$callId/submit': { page: 'scenarios/submit-page.tsx', kilobytesMax: 305 },
  '/scenarios/calls/$callId/compete': { page: 'scenarios/compete-page.tsx', kilobytesMax: 190 },
  '/scenarios/submissions/$submissionId': {
    page: 'scenarios/submission-page.tsx',
    kilobytesMax: 190,
  },
  '/cases': { page: 'cases/page.tsx', kilobytesMax: 175 },
  '/cases/calendar': { page: 'cases/calendar-page.tsx', kilobytesMax: 175 },
  '/cases/$caseId': { page: 'cases/case-page.tsx', kilobytesMax: 185 },
  '/inbox': { page: 'inbox/page.tsx', kilobytesMax: 175 },
  '/sign-in': { page: 'sign-in/page.tsx', kilobytesMax: 170 },
  '/register': { page: 'sign-in/register-page.tsx', kilobytesMax: 170 },
  '/search': { page: 'search/page.tsx', kilobytesMax: 170 },
  '/notices/settings': { page: 'notices/settings-page.tsx', kilobytesMax: 175 },
  '/api': { page: 'reference/page.tsx', kilobytesMax: 180 },
  '/hub': { page: 'hub/page.tsx', kilobytesMax: 175 },
  '/hub/new': { page: 'hub/create-page.tsx', kilobytesMax: 290 },
  // With the place where an algorithm on trial is tried, 14 KB, which loads only where there is one.
  '/hub/$repositoryId': { page: 'hub/card-page.tsx', kilobytesMax: 215 },
  '/hub/$repositoryId/files': { page: 'hub/files-page.tsx', kilobytesMax: 180 },
  '/hub/$repositoryId/revisions': { page: 'hub/revisions-page.tsx', kilobytesMax: 180 },
  '/hub/$repositoryId/compare': { page: 'hub/compare-page.tsx', kilobytesMax: 170 },
  '/hub/$repositoryId/publish': { page: 'hub/publish-page.tsx', kilobytesMax: 180 },
  // With the requests for gated files, 10 KB, which load only where there is a gate.
  '/hub/$repositoryId/settings': { page: 'hub/settings-page.tsx', kilobytesMax: 308 },
  '/jobs': { page: 'jobs/page.tsx', kilobytesMax: 180 },
  '/jobs/pools': { page: 'jobs/pools-page.tsx', kilobytesMax: 170 },
  '/jobs/$jobId': { page: 'jobs/job-page.tsx', kilobytesMax: 180 },
  '/assurance': { page: 'assurance/page.tsx', kilobytesMax: 175 },
  '/assurance/evaluations/$evaluationId': {
    page: 'assurance/evaluation-page.tsx',
    kilobytesMax: 185,
  },
  '/assurance/suites': { page: 'assurance/suites-page.tsx', kilobytesMax: 180 },
  '/assurance/suites/$repositoryId': { page: 'assurance/board-page.tsx', kilobytesMax: 180 },
  '/assurance/measurements/$measurementId': {
    page: 'assurance/measurement-page.tsx',
    kilobytesMax: 190,
  },
  '/certificates': { page: 'assurance/certificates-page.tsx', kilobytesMax: 175 },
  '/certificates/$certificateId': { page: 'assurance/certificate-page.tsx', kilobytesMax: 185 },
  '/governance': { page: 'governance/page.tsx', kilobytesMax: 175 },
  '/governance/assess': { page: 'governance/assess-page.tsx', kilobytesMax: 180 },
  '/governance/assessments/$assessmentId': {
    page: 'governance/assessment-page.tsx',
    kilobytesMax: 185,
  },
  '/governance/approvals': { page: 'governance/approvals-page.tsx', kilobytesMax: 175 },
  '/governance/approvals/$approvalId': {
    page: 'governance/approval-page.tsx',
    kilobytesMax: 185,
  },
  '/governance/stops': { page: 'governance/stops-page.tsx', kilobytesMax: 180 },
  '/governance/warnings': { page: 'governance/warnings-page.tsx', kilobytesMax: 175 },
  '/governance/watches/$deploymentId': {
    page: 'governance/watch-page.tsx',
    kilobytesMax: 190,
  },
  '/ledger': { page: 'ledger/page.tsx', kilobytesMax: 170 },
  '/facts': { page: 'ledger/facts-page.tsx', kilobytesMax: 175 },
  '/observatory': { page: 'observatory/page.tsx', kilobytesMax: 175 },
  '/observatory/indicators/$indicatorId': {
    page: 'observatory/indicator-page.tsx',
    kilobytesMax: 180,
  },
  '/observatory/values': { page: 'observatory/values-page.tsx', kilobytesMax: 180 },
  '/observatory/values/$valueId': { page: 'observatory/value-page.tsx', kilobytesMax: 185 },
  '/observatory/enter': { page: 'observatory/enter-page.tsx', kilobytesMax: 180 },
  '/observatory/import': { page: 'observatory/import-page.tsx', kilobytesMax: 180 },
  '/observatory/periods': { page: 'observatory/periods-page.tsx', kilobytesMax: 180 },
  '/serving': { page: 'serving/page.tsx', kilobytesMax: 185 },
  '/serving/endpoints/$endpointId': { page: 'serving/endpoint-page.tsx', kilobytesMax: 185 },
  '/serving/deployments/$deploymentId': {
    page: 'serving/deployment-page.tsx',
    kilobytesMax: 195,
  },
  '/exchange': { page: 'exchange/page.tsx', kilobytesMax: 180 },
  '/exchange/offers/new': { page: 'exchange/offer-form-page.tsx', kilobytesMax: 300 },
  '/exchange/offers/$offerId': { page: 'exchange/offer-page.tsx', kilobytesMax: 190 },
  '/exchange/agreements': { page: 'exchange/agreements-page.tsx', kilobytesMax: 180 },
  '/exchange/agreements/$agreementId': {
    page: 'exchange/agreement-page.tsx',
    kilobytesMax: 190,
  },
  '/exchange/agreements/$agreementId/statement': {
    page: 'exchange/statement-page.tsx',
    kilobytesMax: 190,
  },
  '/exchange/accounts': { page: 'exchange/accounts-page.tsx', kilobytesMax: 180 },
  '/city': { page: 'city/page.tsx', kilobytesMax: 180 },
  '/city/room': { page: 'city/room-page.tsx', kilobytesMax: 180 },
  '/city/incidents/$incidentId': { page: 'city/incident-page.tsx', kilobytesMax: 190 },
  '/city/things': { page: 'city/things/things-page.tsx', kilobytesMax: 180 },
  '/city/things/$thingId': { page: 'city/things/thing-page.tsx', kilobytesMax: 185 },
  '/city/commands': { page: 'city/commands-page.tsx', kilobytesMax: 180 },
  '/city/map': { page: 'city/map-page.tsx', kilobytesMax: 180 },
  '/city/rules': { page: 'city/rules-page.tsx', kilobytesMax: 180 },
  '/city/rules/new': { page: 'city/rule-form-page.tsx', kilobytesMax: 185 },
  '/city/rules/$ruleId': { page: 'city/rule-page.tsx', kilobytesMax: 185 },
  '/verify': { page: 'verify/page.tsx', kilobytesMax: 190 },
  '/parties': { page: 'parties/page.tsx', kilobytesMax: 175 },
  '/parties/roles': { page: 'parties/roles-page.tsx', kilobytesMax: 175 },
  '/parties/security-events': { page: 'parties/security-events-page.tsx', kilobytesMax: 175 },
  '/parties/decisions': { page: 'parties/decisions-page.tsx', kilobytesMax: 175 },
  '/parties/grants': { page: 'parties/grants-page.tsx', kilobytesMax: 175 },
  '/parties/$partyId': { page: 'parties/party-page.tsx', kilobytesMax: 180 },
  '/account': { page: 'parties/account-page.tsx', kilobytesMax: 180 },
};

/** Parts too heavy for the home page: their names in `node_modules`. */
export const barredFromHome = ['antd', 'echarts', 'zod'] as const;

/**
 * An address with what it loads. `packages` are the names in `node_modules` that its scripts hold.
 */
export type Load = { path: string; kilobytes: number; kilobytesMax: number; packages: string[] };

/**
 * Builds the portal in memory, about a second, and sums up each address of `budgets`. It runs in a
 * process of its own with NODE_ENV=production: Vite would build React for development under a
 * test's environment.
 */
async function measure(configFile: string): Promise<Load[]> {
  const result = await build({ configFile, logLevel: 'silent', build: { write: false } });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) =>
    'output' in one ? one.output : [],
  );
  const chunks = outputs.filter((output) => output.type === 'chunk');
  const entry = chunks.find(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error('the build has no entry');
  return Object.entries(budgets).map(([path, { page, kilobytesMax }]) => {
    const pageChunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/web/${page}`));
    if (pageChunk === undefined) throw new Error(`the build has no chunk of its own for ${page}`);
    const loaded = withImports([entry, pageChunk], chunks);
    const bytes = loaded.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
    return {
      path,
      kilobytes: Math.round(bytes / 100) / 10,
      kilobytesMax,
      packages: packagesOf(loaded),
    };
  });
}

/**
 * The scripts that a page starts by itself as soon as it is shown count too: `lazy` parts of it.
 */
function withImports(
  starts: readonly Rolldown.OutputChunk[],
  chunks: readonly Rolldown.OutputChunk[],
): Rolldown.OutputChunk[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<Rolldown.OutputChunk>();
  const visit = (chunk: Rolldown.OutputChunk | undefined) => {
    if (chunk === undefined || found.has(chunk)) return;
    found.add(chunk);
    for (const name of chunk.imports) visit(byName.get(name));
  };
  for (const start of starts) visit(start);
  const [, page] = starts;
  for (const name of page?.dynamicImports ?? []) visit(byName.get(name));
  return [...found];
}

function packagesOf(chunks: readonly Rolldown.OutputChunk[]): string[] {
  const names = chunks
    .flatMap(({ moduleIds }) => moduleIds)
    .map((id) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(relative('/', id))?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

if (import.meta.main) {
  const loads = await measure('vite.config.ts');
  process.stdout.write(`${JSON.stringify(loads, null, 2)}\n`);
}
