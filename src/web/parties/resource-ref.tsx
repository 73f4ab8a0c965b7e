import { To } from '#web/ui/to.tsx';
import { shortId } from './party-name.tsx';

/** Pages of resources by type, where the portal has one. */
const pages: Readonly<Record<string, string>> = {
  party: '/parties/',
  'hub.repository': '/hub/',
  'compute.job': '/jobs/',
  'assurance.evaluation': '/assurance/evaluations/',
  'assurance.data': '/assurance/evaluations/',
  'assurance.certificate': '/certificates/',
  'cases.case': '/cases/',
  'scenarios.scenario': '/scenarios/',
  'scenarios.call': '/scenarios/calls/',
  'scenarios.submission': '/scenarios/submissions/',
};

/** A resource by type and the end of its id, leading to its page. */
export function ResourceRef({ type, id }: { type: string; id: string }) {
  const page = pages[type];
  const text = shortId(id);
  return (
    <span title={`${type}/${id}`}>
      {page === undefined ? text : <To href={`${page}${id}`}>{text}</To>}
    </span>
  );
}
