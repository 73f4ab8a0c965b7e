import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { EndpointTable } from './endpoint-list.tsx';
import { endpointListWords } from './endpoint-list-words.ts';
import { endpointHref } from './endpoint-view.tsx';
import { useTrials } from './use-trials.ts';

const shown = 10;

/**
 * The endpoints of a repository, and for whoever may write it the way to make one of a trial that is open. Nothing where there
 * is neither.
 */
export function EndpointSection({
  repositoryId,
  mayWrite,
}: {
  repositoryId: string;
  mayWrite: boolean;
}) {
  const { account } = useSession();
  return account === null ? null : <Found repositoryId={repositoryId} mayWrite={mayWrite} />;
}

function Found({ repositoryId, mayWrite }: { repositoryId: string; mayWrite: boolean }) {
  const api = useApi();
  const say = useWords(endpointListWords);
  const { data } = useQuery(
    api.serving.listEndpoints.queryOptions({ input: { repositoryId, limit: shown } }),
  );
  useLive('serving.deployment', api.serving.listEndpoints.key());
  const { open } = useTrials(repositoryId);
  const rows = data?.items ?? [];
  const creates = mayWrite && open.length > 0;
  if (rows.length === 0 && !creates) return null;
  return (
    <Section title={say('endpoints')} action={creates && <Create repositoryId={repositoryId} />}>
      <p className="endpoint-note">{rows.length === 0 ? say('none') : say('endpointsWhy')}</p>
      {rows.length > 0 && <EndpointTable rows={rows} />}
    </Section>
  );
}

function Create({ repositoryId }: { repositoryId: string }) {
  const api = useApi();
  const say = useWords(endpointListWords);
  const router = useRouter();
  const queries = useQueryClient();
  const { open, named } = useTrials(repositoryId);
  const [asking, setAsking] = useState(false);
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState('');
  const created = useRef<string>(undefined);
  const primary = open.find(({ trialId }) => trialId === chosen) ?? open[0];
  return (
    <>
      <Button onClick={() => setAsking(true)}>{say('create')}</Button>
      <Ask
        open={asking}
        onClose={() => {
          setAsking(false);
          if (created.current !== undefined) router.history.push(endpointHref(created.current));
        }}
        title={say('create')}
        verb={say('create')}
        done={say('createDone')}
        ready={name.trim() !== '' && primary !== undefined}
        send={async () => {
          if (primary === undefined) return;
          const traffic = { primary: primary.trialId, canary: null, shadow: null };
          const input = { repositoryId, name: name.trim(), traffic };
          const { endpointId } = await api.serving.createEndpoint.call(input);
          await queries.invalidateQueries({ queryKey: api.serving.key() });
          created.current = endpointId;
        }}
      >
        <p>{say('endpointsWhy')}</p>
        <PlainText
          name="name"
          label={say('name')}
          help={say('nameHelp')}
          required
          charactersMax={200}
          value={name}
          onChange={setName}
          problem={name.trim() === '' ? say('nameMissing') : undefined}
        />
        <PlainChoice
          name="primary"
          label={say('primary')}
          value={primary?.trialId ?? ''}
          onChange={setChosen}
          options={open.map(({ trialId }) => ({ value: trialId, label: named(trialId) }))}
        />
      </Ask>
    </>
  );
}
