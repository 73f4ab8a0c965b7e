import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { Properties } from '#web/ui/page-body.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { FileDescription } from './file-description.tsx';
import { formatName } from './format-name.ts';
import './inspection.css';
import { InspectionState } from './inspection-mark.tsx';
import { inspectionWords } from './inspection-words.ts';
import type { RevisionDetail } from './shown-revision.tsx';

type FileInspection = Outputs['hub']['getFileInspection'];

/** What one file is, what is in it, and what speaks against it. */
export function FileInspectionPart({ revision, path }: { revision: RevisionDetail; path: string }) {
  const api = useApi();
  const { repositoryId, revisionDigest } = revision;
  const input = { repositoryId, revisionDigest, path };
  const query = useQuery(api.hub.getFileInspection.queryOptions({ input }));
  return <Loaded query={query}>{(inspection) => <Inspected inspection={inspection} />}</Loaded>;
}

function Inspected({ inspection }: { inspection: FileInspection }) {
  const say = useWords(inspectionWords);
  const pick = usePick();
  const { state, format, carriesCode, findings, description, inspectedAt } = inspection;
  const why = state === 'clean' ? 'cleanWhy' : state === 'waiting' ? 'waitingWhy' : null;
  return (
    <section className="inspection" aria-label={say('title')}>
      <h3>{say('title')}</h3>
      <Properties
        rows={[
          [say('state'), <InspectionState key="state" state={state} />],
          ...(format === null
            ? []
            : [
                [
                  say('format'),
                  [formatName(format, say), ...(carriesCode ? [say('carriesCode')] : [])].join(
                    ' · ',
                  ),
                ] as const,
              ]),
          ...(inspectedAt === null
            ? []
            : [[say('inspected'), <When key="inspected" at={inspectedAt} />] as const]),
        ]}
      />
      {findings.length > 0 && (
        <ul aria-label={say('findings')}>
          {findings.map(({ code, severity, words }) => (
            <li key={code} className={`inspection-note inspection-note-${severity}`}>
              {pick(words)}
            </li>
          ))}
        </ul>
      )}
      {why !== null && <p className="hub-kept">{say(why)}</p>}
      {description !== null && <FileDescription description={description} />}
    </section>
  );
}
