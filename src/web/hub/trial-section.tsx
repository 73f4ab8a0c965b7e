import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { triedTaskOf } from '#web/serving/playground/tried-task.ts';
import { TrialTable } from '#web/serving/trial-table.tsx';
import { trialHref } from '#web/serving/trial-view.tsx';
import { trialWords } from '#web/serving/trial-words.ts';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice } from '#web/ui/plain-fields.tsx';
import { Loading } from '#web/ui/states.tsx';
import type { Repository } from './repository-frame.tsx';
import type { RevisionDetail } from './shown-revision.tsx';

const Playground = lazy(async () => ({
  default: (await import('#web/serving/playground/playground.tsx')).Playground,
}));

/** What can be put on trial: a model, a task's program, or a server elsewhere. */
const SERVED = /\.onnx$|(^|\/)(task|remote)\.json$/i;
const trialsShown = 10;
const filesLooked = 100;

type Of = { repository: Repository; revision: RevisionDetail };

/**
 * 试用: the models of a repository that can be tried, the latest of them here, and for whoever writes it the way to put one on
 * trial. Nothing where there is neither.
 */
export function TrialSection({ repository, revision }: Of) {
  const api = useApi();
  const say = useWords(trialWords);
  const { account } = useSession();
  const { id: repositoryId, may } = repository;
  const enabled = account !== null;
  const trials = useQuery(
    api.serving.listTrials.queryOptions({ input: { repositoryId, limit: trialsShown }, enabled }),
  );
  const input = { repositoryId, revisionDigest: revision.revisionDigest, limit: filesLooked };
  const files = useQuery(api.hub.listFiles.queryOptions({ input, enabled: enabled && may.write }));
  useLive(enabled ? 'serving.deployment' : undefined, api.serving.listTrials.key());
  const rows = trials.data?.items ?? [];
  const models =
    files.data?.items.map(({ path }) => path).filter((path) => SERVED.test(path)) ?? [];
  const [tried] = rows.flatMap((row) => triedTaskOf(row) ?? []);
  if (rows.length === 0 && models.length === 0) return null;
  return (
    <>
      <Section
        title={say('trial')}
        action={
          models.length > 0 && (
            <Create repository={repository} revision={revision} models={models} />
          )
        }
      >
        <p className="hub-kept">{rows.length === 0 ? say('none') : say('trialWhy')}</p>
        {rows.length > 0 && <TrialTable rows={rows} />}
      </Section>
      {tried !== undefined && (
        <Suspense fallback={<Loading />}>
          <Playground tried={tried} compact={trialHref(tried.trialId)} />
        </Suspense>
      )}
    </>
  );
}

function Create({ repository, revision, models }: Of & { models: readonly string[] }) {
  const api = useApi();
  const say = useWords(trialWords);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState('');
  const path = models.find((one) => one === chosen) ?? models[0] ?? '';
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say('create')}</Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('create')}
        verb={say('create')}
        done={say('createdDone')}
        send={async () => {
          const { revisionDigest } = revision;
          await api.serving.createTrial.call({ repositoryId: repository.id, revisionDigest, path });
          await queries.invalidateQueries({ queryKey: api.serving.key() });
        }}
      >
        <p>{say('createWhy')}</p>
        <PlainChoice
          name="path"
          label={say('chooseFile')}
          value={path}
          onChange={setChosen}
          options={models.map((value) => ({ value, label: value }))}
        />
      </Ask>
    </>
  );
}
