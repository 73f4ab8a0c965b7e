import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { Shell } from './layout/shell.tsx';
import { toProblem } from './problem.ts';
import { ErrorState, Loading } from './ui/states.tsx';

const callPage = lazyRouteComponent(() => import('./scenarios/call-page.tsx'), 'CallPage');
const callForm = lazyRouteComponent(() => import('./scenarios/call-form-page.tsx'), 'CallFormPage');
const scenarioForm = lazyRouteComponent(
  () => import('./scenarios/scenario-form-page.tsx'),
  'ScenarioFormPage',
);
const compete = lazyRouteComponent(() => import('./scenarios/compete-page.tsx'), 'CompetePage');

const ruleForm = lazyRouteComponent(() => import('./city/rule-form-page.tsx'), 'RuleFormPage');

/** Every address of the portal, with the page that is loaded for it. */
const pages = {
  '/': lazyRouteComponent(() => import('./home/page.tsx'), 'HomePage'),
  '/scenarios': lazyRouteComponent(() => import('./scenarios/scenarios-page.tsx'), 'ScenariosPage'),
  '/scenarios/new': scenarioForm,
  '/scenarios/$scenarioId': lazyRouteComponent(
    () => import('./scenarios/scenario-page.tsx'),
    'ScenarioPage',
  ),
  '/scenarios/$scenarioId/edit': scenarioForm,
  '/scenarios/$scenarioId/calls/new': callForm,
  '/scenarios/$callId/compete': compete,
  '/scenarios/calls': lazyRouteComponent(() => import('./scenarios/calls-page.tsx'), 'CallsPage'),
  '/scenarios/calls/$callId': callPage,
  '/scenarios/calls/$callId/$part': callPage,
  '/scenarios/calls/$callId/edit': callForm,
  '/scenarios/calls/$callId/submit': lazyRouteComponent(
    () => import('./scenarios/submit-page.tsx'),
    'SubmitPage',
  ),
  '/scenarios/calls/$callId/compete': compete,
  '/scenarios/submissions/$submissionId': lazyRouteComponent(
    () => import('./scenarios/submission-page.tsx'),
    'SubmissionPage',
  ),
  '/cases': lazyRouteComponent(() => import('./cases/page.tsx'), 'CasesPage'),
  '/cases/calendar': lazyRouteComponent(() => import('./cases/calendar-page.tsx'), 'CalendarPage'),
  '/cases/$caseId': lazyRouteComponent(() => import('./cases/case-page.tsx'), 'CasePage'),
  '/inbox': lazyRouteComponent(() => import('./inbox/page.tsx'), 'InboxPage'),
  '/ledger': lazyRouteComponent(() => import('./ledger/page.tsx'), 'LedgerPage'),
  '/facts': lazyRouteComponent(() => import('./ledger/facts-page.tsx'), 'FactsPage'),
  '/hub': lazyRouteComponent(() => import('./hub/page.tsx'), 'HubPage'),
  '/hub/new': lazyRouteComponent(() => import('./hub/create-page.tsx'), 'CreateRepositoryPage'),
  '/hub/$repositoryId': lazyRouteComponent(() => import('./hub/card-page.tsx'), 'RepositoryPage'),
  '/hub/$repositoryId/files': lazyRouteComponent(() => import('./hub/files-page.tsx'), 'FilesPage'),
  '/hub/$repositoryId/revisions': lazyRouteComponent(
    () => import('./hub/revisions-page.tsx'),
    'RevisionsPage',
  ),
  '/hub/$repositoryId/compare': lazyRouteComponent(
    () => import('./hub/compare-page.tsx'),
    'ComparePage',
  ),
  '/hub/$repositoryId/publish': lazyRouteComponent(
    () => import('./hub/publish-page.tsx'),
    'PublishPage',
  ),
  '/hub/$repositoryId/settings': lazyRouteComponent(
    () => import('./hub/settings-page.tsx'),
    'SettingsPage',
  ),
  '/jobs': lazyRouteComponent(() => import('./jobs/page.tsx'), 'JobsPage'),
  '/jobs/pools': lazyRouteComponent(() => import('./jobs/pools-page.tsx'), 'PoolsPage'),
  '/jobs/$jobId': lazyRouteComponent(() => import('./jobs/job-page.tsx'), 'JobPage'),
  '/assurance': lazyRouteComponent(() => import('./assurance/page.tsx'), 'AssurancePage'),
  '/assurance/evaluations/$evaluationId': lazyRouteComponent(
    () => import('./assurance/evaluation-page.tsx'),
    'EvaluationPage',
  ),
  '/assurance/suites': lazyRouteComponent(
    () => import('./assurance/suites-page.tsx'),
    'SuitesPage',
  ),
  '/assurance/suites/$repositoryId': lazyRouteComponent(
    () => import('./assurance/board-page.tsx'),
    'BoardPage',
  ),
  '/assurance/measurements/$measurementId': lazyRouteComponent(
    () => import('./assurance/measurement-page.tsx'),
    'MeasurementPage',
  ),
  '/certificates': lazyRouteComponent(
    () => import('./assurance/certificates-page.tsx'),
    'CertificatesPage',
  ),
  '/certificates/$certificateId': lazyRouteComponent(
    () => import('./assurance/certificate-page.tsx'),
    'CertificatePage',
  ),
  '/observatory': lazyRouteComponent(() => import('./observatory/page.tsx'), 'ObservatoryPage'),
  '/observatory/indicators/$indicatorId': lazyRouteComponent(
    () => import('./observatory/indicator-page.tsx'),
    'IndicatorPage',
  ),
  '/observatory/values': lazyRouteComponent(
    () => import('./observatory/values-page.tsx'),
    'ValuesPage',
  ),
  '/observatory/values/$valueId': lazyRouteComponent(
    () => import('./observatory/value-page.tsx'),
    'ValuePage',
  ),
  '/observatory/enter': lazyRouteComponent(
    () => import('./observatory/enter-page.tsx'),
    'EnterPage',
  ),
  '/observatory/import': lazyRouteComponent(
    () => import('./observatory/import-page.tsx'),
    'ImportPage',
  ),
  '/observatory/periods': lazyRouteComponent(
    () => import('./observatory/periods-page.tsx'),
    'PeriodsPage',
  ),
  '/governance': lazyRouteComponent(() => import('./governance/page.tsx'), 'GovernancePage'),
  '/governance/assess': lazyRouteComponent(
    () => import('./governance/assess-page.tsx'),
    'AssessPage',
  ),
  '/governance/assessments/$assessmentId': lazyRouteComponent(
    () => import('./governance/assessment-page.tsx'),
    'AssessmentPage',
  ),
  '/governance/approvals': lazyRouteComponent(
    () => import('./governance/approvals-page.tsx'),
    'ApprovalsPage',
  ),
  '/governance/approvals/$approvalId': lazyRouteComponent(
    () => import('./governance/approval-page.tsx'),
    'ApprovalPage',
  ),
  '/governance/stops': lazyRouteComponent(() => import('./governance/stops-page.tsx'), 'StopsPage'),
  '/governance/warnings': lazyRouteComponent(
    () => import('./governance/warnings-page.tsx'),
    'WarningsPage',
  ),
  '/governance/watches/$deploymentId': lazyRouteComponent(
    () => import('./governance/watch-page.tsx'),
    'WatchPage',
  ),
  '/serving': lazyRouteComponent(() => import('./serving/page.tsx'), 'ServingPage'),
  '/serving/endpoints/$endpointId': lazyRouteComponent(
    () => import('./serving/endpoint-page.tsx'),
    'EndpointPage',
  ),
  '/serving/deployments/$deploymentId': lazyRouteComponent(
    () => import('./serving/deployment-page.tsx'),
    'DeploymentPage',
  ),
  '/exchange': lazyRouteComponent(() => import('./exchange/page.tsx'), 'MarketPage'),
  '/exchange/offers/new': lazyRouteComponent(
    () => import('./exchange/offer-form-page.tsx'),
    'OfferFormPage',
  ),
  '/exchange/offers/$offerId': lazyRouteComponent(
    () => import('./exchange/offer-page.tsx'),
    'OfferPage',
  ),
  '/exchange/agreements': lazyRouteComponent(
    () => import('./exchange/agreements-page.tsx'),
    'AgreementsPage',
  ),
  '/exchange/agreements/$agreementId': lazyRouteComponent(
    () => import('./exchange/agreement-page.tsx'),
    'AgreementPage',
  ),
  '/exchange/agreements/$agreementId/statement': lazyRouteComponent(
    () => import('./exchange/statement-page.tsx'),
    'StatementPage',
  ),
  '/exchange/accounts': lazyRouteComponent(
    () => import('./exchange/accounts-page.tsx'),
    'AccountsPage',
  ),
  '/city': lazyRouteComponent(() => import('./city/page.tsx'), 'CityPage'),
  '/city/room': lazyRouteComponent(() => import('./city/room-page.tsx'), 'RoomPage'),
  '/city/incidents/$incidentId': lazyRouteComponent(
    () => import('./city/incident-page.tsx'),
    'IncidentPage',
  ),
  '/city/things': lazyRouteComponent(() => import('./city/things/things-page.tsx'), 'ThingsPage'),
  '/city/things/$thingId': lazyRouteComponent(
    () => import('./city/things/thing-page.tsx'),
    'ThingPage',
  ),
  '/city/commands': lazyRouteComponent(() => import('./city/commands-page.tsx'), 'CommandsPage'),
  '/city/map': lazyRouteComponent(() => import('./city/map-page.tsx'), 'MapPage'),
  '/city/rules': lazyRouteComponent(() => import('./city/rules-page.tsx'), 'RulesPage'),
  '/city/rules/new': ruleForm,
  '/city/rules/$ruleId': lazyRouteComponent(() => import('./city/rule-page.tsx'), 'RulePage'),
  '/city/rules/$ruleId/edit': ruleForm,
  '/verify': lazyRouteComponent(() => import('./verify/page.tsx'), 'VerifyPage'),
  '/parties': lazyRouteComponent(() => import('./parties/page.tsx'), 'PartiesPage'),
  '/parties/roles': lazyRouteComponent(() => import('./parties/roles-page.tsx'), 'RolesPage'),
  '/parties/security-events': lazyRouteComponent(
    () => import('./parties/security-events-page.tsx'),
    'SecurityEventsPage',
  ),
  '/parties/decisions': lazyRouteComponent(
    () => import('./parties/decisions-page.tsx'),
    'DecisionsPage',
  ),
  '/parties/grants': lazyRouteComponent(() => import('./parties/grants-page.tsx'), 'GrantsPage'),
  '/parties/$partyId': lazyRouteComponent(() => import('./parties/party-page.tsx'), 'PartyPage'),
  '/account': lazyRouteComponent(() => import('./parties/account-page.tsx'), 'AccountPage'),
  '/sign-in': lazyRouteComponent(() => import('./sign-in/page.tsx'), 'SignInPage'),
  '/register': lazyRouteComponent(() => import('./sign-in/register-page.tsx'), 'RegisterPage'),
  '/search': lazyRouteComponent(() => import('./search/page.tsx'), 'SearchPage'),
  '/notices/settings': lazyRouteComponent(
    () => import('./notices/settings-page.tsx'),
    'NoticeSettingsPage',
  ),
  '/api': lazyRouteComponent(() => import('./reference/page.tsx'), 'ReferencePage'),
} as const;

const missing = lazyRouteComponent(() => import('./missing/page.tsx'), 'MissingPage');

/** The components of the portal in all their states; in development only. */
const galleries = import.meta.env.DEV
  ? { '/_ui': lazyRouteComponent(() => import('./gallery/page.tsx'), 'GalleryPage') }
  : {};

function Broken({ error, reset }: ErrorComponentProps) {
  return <ErrorState problem={toProblem(error)} retry={reset} />;
}

const root = createRootRoute({ component: Shell, notFoundComponent: missing });

const routes = Object.entries({ ...pages, ...galleries }).map(([path, component]) =>
  createRoute({ getParentRoute: () => root, path, component }),
);

/** The router of the portal. Addresses keep plain parameters: `?q=雷达&state=running`. */
export function createPortalRouter() {
  return createRouter({
    routeTree: root.addChildren(routes),
    defaultPendingComponent: Loading,
    defaultErrorComponent: Broken,
    scrollRestoration: true,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(search).toString();
      return text === '' ? '' : `?${text}`;
    },
  });
}
