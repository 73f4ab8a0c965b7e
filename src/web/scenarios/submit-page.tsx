import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Controls } from '#web/ui/controls.tsx';
import { ChoiceField, TextField } from '#web/ui/fields.tsx';
import { FormPage } from '#web/ui/form-page.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { useDraft } from '#web/ui/use-draft.ts';
import { useParameter } from '#web/ui/use-parameter.ts';
import { inBoth, jsonObjectOf } from './call-draft.ts';
import { formWords } from './form-words.ts';
import { JoinButton } from './join.tsx';
import { type Dial, dialsOf, entryOf, initialOptions } from './program-dials.ts';
import { FileField, RevisionFields, useRepositories } from './revision-fields.tsx';
import './scenarios.css';
import type { CallView } from './views.ts';

/** Submits a revision of an own organisation for its team. */
export function SubmitPage() {
  const api = useApi();
  const callId = useParameter('callId');
  const query = useQuery(api.scenarios.getCall.queryOptions({ input: { callId } }));
  return <LoadedPage query={query}>{(call) => <Submit call={call} />}</LoadedPage>;
}

function Submit({ call }: { call: CallView }) {
  const say = useWords(formWords);
  const pick = usePick();
  const href = `/scenarios/calls/${call.callId}`;
  const head = (
    <PageHead
      name={say('submitTitle')}
      parent={{ name: pick(call.title), href }}
      why={say('submitWhy')}
    />
  );
  const back = <ButtonLink href={href}>{say('toCall')}</ButtonLink>;
  if (call.state !== 'open') {
    return (
      <>
        {head}
        <EmptyState what={say('notOpen')} why={say('notOpenWhy')} next={back} />
      </>
    );
  }
  if (!call.actions.includes('submit')) {
    return (
      <>
        {head}
        <EmptyState
          what={say('noTeamYet')}
          why={say('noTeamYetWhy')}
          next={call.actions.includes('join') ? <JoinButton call={call} /> : back}
        />
      </>
    );
  }
  return <SubmitForm call={call} />;
}

const initial = {
  teamId: '',
  repository: '',
  revision: '',
  entry: '',
  nameZh: '',
  nameEn: '',
  options: '',
};
const nameCharacters = 80;

function SubmitForm({ call }: { call: CallView }) {
  const api = useApi();
  const say = useWords(formWords);
  const pick = usePick();
  const router = useRouter();
  const queries = useQueryClient();
  const { callId } = call;
  const href = `/scenarios/calls/${callId}`;
  const teams = call.mine.filter(({ leftToday }) => leftToday > 0);
  const submit = useMutation(api.scenarios.submit.mutationOptions());
  const draft = useDraft({
    key: `submit.${callId}`,
    initial: { ...initial, teamId: teams[0]?.teamId ?? '' },
    check: (values) => ({
      ...(values.repository === '' ? { repository: say('chooseOne') } : {}),
      ...(values.entry === '' ? { entry: say('chooseOne') } : {}),
      ...(values.nameZh.trim() === '' ? { nameZh: say('titleMissing') } : {}),
      ...(jsonObjectOf(values.options) === null ? { options: say('jsonWrong') } : {}),
    }),
  });
  const { values } = draft;
  const team = teams.find(({ teamId }) => teamId === values.teamId) ?? teams[0];
  const ownerId = team?.organisationId ?? '';
  const algorithms = useRepositories('algorithm', ownerId, true);
  const dials = useFillFromCard(draft, algorithms.items);
  if (algorithms.ready && algorithms.items.length === 0) {
    return (
      <EmptyState
        what={say('noPrograms')}
        why={say('noProgramsWhy')}
        next={<ButtonLink href="/hub">{say('toHub')}</ButtonLink>}
      />
    );
  }
  return (
    <Controls>
      <FormPage
        name={say('submitTitle')}
        parent={{ name: pick(call.title), href }}
        why={say('submitWhy')}
        draft={draft}
        verb={say('submit')}
        summary={(fields) => [
          [say('team'), team?.name ?? ''],
          [say('program'), fields.nameZh],
          [say('entry'), fields.entry],
          [say('options'), fields.options],
          [say('leftToday'), team?.leftToday ?? 0],
        ]}
        send={async (fields) => {
          const { submissionId } = await submit.mutateAsync({
            teamId: team?.teamId ?? '',
            name: inBoth(fields.nameZh, fields.nameEn),
            program: {
              repositoryId: fields.repository,
              revisionDigest: fields.revision,
              entry: fields.entry,
            },
            options: jsonObjectOf(fields.options) ?? {},
            idempotencyKey: crypto.randomUUID(),
          });
          await queries.invalidateQueries({ queryKey: api.scenarios.key() });
          router.history.push(`/scenarios/submissions/${submissionId}`);
        }}
      >
        <ChoiceField
          {...draft.bind('teamId')}
          label={say('team')}
          options={teams.map(({ teamId, name }) => ({ value: teamId, label: name }))}
        />
        <RevisionFields
          kind="algorithm"
          ownerId={ownerId}
          own
          required
          label={say('program')}
          help={say('programHelp')}
          repository={draft.bind('repository')}
          revision={draft.bind('revision')}
          onOther={() => {
            draft.bind('entry').onChange('');
            draft.bind('options').onChange('');
            draft.bind('nameZh').onChange('');
            draft.bind('nameEn').onChange('');
          }}
        />
        <FileField
          repositoryId={values.repository}
          revisionDigest={values.revision}
          label={say('entry')}
          fits={(path) => /\.(?:mjs|js|py)$/.test(path)}
          file={draft.bind('entry')}
          required
        />
        <TextField
          {...draft.bind('nameZh')}
          label={say('name')}
          help={say('nameHelp')}
          charactersMax={nameCharacters}
          required
        />
        <TextField
          {...draft.bind('options')}
          label={say('options')}
          help={<OptionsHelp dials={dials} />}
          lines={3}
        />
      </FormPage>
    </Controls>
  );
}

type SubmitDraft = ReturnType<typeof useDraft<typeof initial>>;

/** Fills in what the card of a newly chosen revision says: file to run, options, name. */
function useFillFromCard(
  draft: SubmitDraft,
  items: readonly { id: string; title: { zh: string; en: string } }[],
): readonly Dial[] {
  const api = useApi();
  const { repository, revision, entry, options, nameZh } = draft.values;
  const { data } = useQuery(
    api.hub.getRevision.queryOptions({
      input: { repositoryId: repository, revisionDigest: revision },
      enabled: repository !== '' && revision !== '',
    }),
  );
  const metadata = data?.card?.metadata ?? {};
  const dials = dialsOf(metadata);
  const title = items.find(({ id }) => id === repository)?.title;
  // The card fills in once for each revision; what is typed afterwards stays.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new card is a reason to fill in
  useEffect(() => {
    if (data?.repositoryId !== repository) return;
    const named = entryOf(data.card?.metadata ?? {});
    if (entry === '' && named !== undefined) draft.bind('entry').onChange(named);
    const start = initialOptions(dialsOf(data.card?.metadata ?? {}));
    if (options === '' && Object.keys(start).length > 0) {
      draft.bind('options').onChange(JSON.stringify(start));
    }
    if (nameZh === '' && title !== undefined) {
      draft.bind('nameZh').onChange(title.zh || title.en);
      draft.bind('nameEn').onChange(title.en);
    }
  }, [data]);
  return dials;
}

function OptionsHelp({ dials }: { dials: readonly Dial[] }) {
  const say = useWords(formWords);
  const pick = usePick();
  return (
    <>
      {say('optionsHelp')}
      <ul>
        {dials.map(({ key, min, max, label }) => (
          <li key={key}>{say('dialRange', { key, min, max, label: pick(label) })}</li>
        ))}
      </ul>
    </>
  );
}
