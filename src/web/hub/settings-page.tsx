import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { actsAs } from '#web/session/session-of.ts';
import { useSession } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Controls } from '#web/ui/controls.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice } from '#web/ui/plain-fields.tsx';
import { useDraft } from '#web/ui/use-draft.ts';
import {
  type Description,
  DescriptionFields,
  describedAs,
  descriptionProblems,
} from './description-fields.tsx';
import { formWords } from './form-words.ts';
import { GateSettings } from './gate-settings.tsx';
import { type Repository, RepositoryFrame } from './repository-frame.tsx';
import { SaveForm } from './save-form.tsx';
import { words } from './words.ts';

/** Loaded only where there is a gate. */
const AccessRequests = lazy(async () => ({
  default: (await import('./access-requests.tsx')).AccessRequests,
}));

/** Description, audience, gate, archive, handing over. */
export function SettingsPage() {
  return (
    <RepositoryFrame>
      {(repository) => (
        <div className="hub-settings">
          <Describe key={repository.updatedAt} repository={repository} />
          {repository.may.manage && (
            <>
              <AudienceSection repository={repository} />
              <GateSettings repository={repository} />
              {repository.gated !== false && (
                <Suspense>
                  <AccessRequests repositoryId={repository.id} />
                </Suspense>
              )}
              <Transfer repository={repository} />
              <Archive repository={repository} />
            </>
          )}
        </div>
      )}
    </RepositoryFrame>
  );
}

function Describe({ repository }: { repository: Repository }) {
  const api = useApi();
  const say = useWords(formWords);
  const announce = useAnnounce();
  const reread = useReread();
  const { id: repositoryId, title, summary, licence, sector, task, tags } = repository;
  const check = useCallback(
    (values: Description) =>
      descriptionProblems(values, {
        title: say('titleMissing'),
        label: say('labelWrong'),
        licence: say('licenceWrong'),
      }),
    [say],
  );
  const draft = useDraft<Description>({
    key: `hub.describe.${repositoryId}`,
    check,
    initial: {
      titleZh: title.zh,
      titleEn: title.en,
      summaryZh: summary.zh,
      summaryEn: summary.en,
      licence,
      sector: sector ?? '',
      task: task ?? '',
      tags: tags.join(' '),
    },
  });
  const send = async (values: Description) => {
    await api.hub.describeRepository.call({ repositoryId, ...describedAs(values) });
    announce(say('described'));
    await reread();
  };
  return (
    <Section title={say('describe')}>
      <Controls>
        <SaveForm draft={draft} verb={say('describeDo')} send={send}>
          <DescriptionFields bind={draft.bind} />
        </SaveForm>
      </Controls>
    </Section>
  );
}

function useReread() {
  const api = useApi();
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: api.hub.key() });
}

const audiences = ['owner', 'members', 'public'] as const;

function AudienceSection({ repository }: { repository: Repository }) {
  const api = useApi();
  const say = useWords(formWords);
  const hub = useWords(words);
  const reread = useReread();
  const [asking, setAsking] = useState(false);
  const [chosen, setChosen] = useState<string>(repository.audience);
  const labels = { owner: hub('ownerOnly'), members: hub('members'), public: hub('public') };
  const why = { owner: hub('ownerWhy'), members: hub('membersWhy'), public: hub('publicWhy') };
  const audience = audiences.find((each) => each === chosen) ?? repository.audience;
  const wider = audiences.indexOf(audience) > audiences.indexOf(repository.audience);
  const { id: repositoryId } = repository;
  return (
    <Section title={say('audience')}>
      <div className="hub-publish-form">
        <PlainChoice
          name="audience"
          label={say('audience')}
          help={why[audience]}
          value={audience}
          onChange={setChosen}
          options={audiences.map((value) => ({ value, label: labels[value] }))}
        />
        <Button disabled={audience === repository.audience} onClick={() => setAsking(true)}>
          {say('audienceDo')}
        </Button>
      </div>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={`${say('audienceDo')}: ${labels[audience]}`}
        verb={say('audienceDo')}
        danger={wider}
        done={say('audienceDone')}
        send={async () => {
          await api.hub.setAudience.call({ repositoryId, audience });
          await reread();
        }}
      >
        <p>{why[audience]}</p>
        {wider && <p>{say('audienceWider')}</p>}
      </Ask>
    </Section>
  );
}

function Archive({ repository }: { repository: Repository }) {
  const api = useApi();
  const say = useWords(formWords);
  const reread = useReread();
  const [asking, setAsking] = useState(false);
  const { id: repositoryId, state } = repository;
  const archived = state === 'archived';
  const verb = say(archived ? 'unarchive' : 'archive');
  return (
    <Section title={verb}>
      <p className="hub-kept">{say('archiveWhy')}</p>
      <Button kind={archived ? 'plain' : 'danger'} onClick={() => setAsking(true)}>
        {verb}
      </Button>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={verb}
        verb={verb}
        danger={!archived}
        done={say(archived ? 'unarchiveDone' : 'archiveDone')}
        send={async () => {
          if (archived) await api.hub.unarchiveRepository.call({ repositoryId });
          else await api.hub.archiveRepository.call({ repositoryId });
          await reread();
        }}
      >
        <p>{say('archiveWhy')}</p>
      </Ask>
    </Section>
  );
}

function Transfer({ repository }: { repository: Repository }) {
  const api = useApi();
  const say = useWords(formWords);
  const reread = useReread();
  const { account } = useSession();
  const others = (account === null ? [] : actsAs(account)).filter(
    ({ id }) => id !== repository.ownerId,
  );
  const [asking, setAsking] = useState(false);
  const [chosen, setChosen] = useState('');
  const newOwnerId = chosen || (others[0]?.id ?? '');
  return (
    <Section title={say('transfer')}>
      <p className="hub-kept">{say(others.length === 0 ? 'transferNone' : 'transferWhy')}</p>
      {others.length > 0 && (
        <Button kind="danger" onClick={() => setAsking(true)}>
          {say('transfer')}
        </Button>
      )}
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('transfer')}
        verb={say('transfer')}
        danger
        done={say('transferDone')}
        send={async () => {
          await api.hub.transferRepository.call({ repositoryId: repository.id, newOwnerId });
          await reread();
        }}
      >
        <p>{say('transferWhy')}</p>
        <PlainChoice
          name="newOwner"
          label={say('transferTo')}
          value={newOwnerId}
          onChange={setChosen}
          options={others.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Ask>
    </Section>
  );
}
