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
  '/certificates': lazyRouteComponent(
    () => import('./assurance/certificates-page.tsx'),
    'CertificatesPage',
  ),
  '/certificates/$certificateId': lazyRouteComponent(
    () => import('./assurance/certificate-page.tsx'),
    'CertificatePage',
  ),
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
