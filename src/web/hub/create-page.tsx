import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { type Account, actsAs } from '#web/session/session-of.ts';
import { useSession } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { Controls } from '#web/ui/controls.tsx';
import { ChoiceField, TextField } from '#web/ui/fields.tsx';
import { FormPage } from '#web/ui/form-page.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { useDraft } from '#web/ui/use-draft.ts';
import {
  type Description,
  DescriptionFields,
  describedAs,
  descriptionProblems,
} from './description-fields.tsx';
import { formWords } from './form-words.ts';
import './hub.css';
import { hubHref } from './hub-address.ts';
import { words } from './words.ts';

type Fields = Description & { ownerId: string; kind: string; name: string; audience: string };

const kinds = ['algorithm', 'dataset', 'program'] as const;
const audiences = ['owner', 'members', 'public'] as const;
const slug = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/** Creates an empty repository. */
export function CreateRepositoryPage() {
  const say = useWords(formWords);
  const hub = useWords(words);
  const { account, known } = useSession();
  if (account !== null) return <CreateForm account={account} />;
  return (
    <>
      <PageHead name={say('createTitle')} parent={{ name: hub('title'), href: '/hub' }} />
      {known ? (
        <EmptyState
          what={say('signInFirst')}
          why={say('signInWhy')}
          next={
            <ButtonLink kind="main" href="/sign-in?to=/hub/new">
              {say('signIn')}
            </ButtonLink>
          }
        />
      ) : (
        <Loading />
      )}
    </>
  );
}

function CreateForm({ account }: { account: Account }) {
  const api = useApi();
  const say = useWords(formWords);
  const hub = useWords(words);
  const router = useRouter();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const owners = actsAs(account);
  const check = useCallback(
    (values: Fields) => ({
      ...descriptionProblems(values, {
        title: say('titleMissing'),
        label: say('labelWrong'),
        licence: say('licenceWrong'),
      }),
      ...(slug.test(values.name) ? {} : { name: say('slugWrong') }),
    }),
    [say],
  );
  const draft = useDraft<Fields>({
    key: 'hub.create',
    check,
    initial: {
      ownerId: owners[0]?.id ?? account.id,
      kind: 'algorithm',
      name: '',
      audience: 'owner',
      titleZh: '',
      titleEn: '',
      summaryZh: '',
      summaryEn: '',
      licence: 'Apache-2.0',
      sector: '',
      task: '',
      tags: '',
    },
  });
  const send = async (values: Fields) => {
    const created = await api.hub.createRepository.call({
      ...describedAs(values),
      ownerId: values.ownerId,
      name: values.name,
      kind: kinds.find((kind) => kind === values.kind) ?? 'algorithm',
      audience: audiences.find((audience) => audience === values.audience) ?? 'owner',
    });
    await queries.invalidateQueries({ queryKey: api.hub.key() });
    announce(say('created'));
    router.history.push(hubHref(created.id, 'publish'));
  };
  const audienceLabel = { owner: hub('ownerOnly'), members: hub('members'), public: hub('public') };
  return (
    <Controls>
      <FormPage
        name={say('createTitle')}
        parent={{ name: hub('title'), href: '/hub' }}
        why={say('createWhy')}
        draft={draft}
        verb={say('createDo')}
        send={send}
      >
        <ChoiceField
          {...draft.bind('ownerId')}
          label={say('owner')}
          required
          options={owners.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <ChoiceField
          {...draft.bind('kind')}
          label={say('kind')}
          help={say('kindHelp')}
          required
          options={kinds.map((value) => ({ value, label: hub(value) }))}
        />
        <TextField {...draft.bind('name')} label={say('slug')} help={say('slugHelp')} required />
        <DescriptionFields bind={draft.bind} />
        <ChoiceField
          {...draft.bind('audience')}
          label={say('audience')}
          required
          options={audiences.map((value) => ({ value, label: audienceLabel[value] }))}
        />
      </FormPage>
    </Controls>
  );
}
