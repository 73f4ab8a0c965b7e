import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { Controls } from '#web/ui/controls.tsx';
import { FormPage } from '#web/ui/form-page.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { type Draft, useDraft } from '#web/ui/use-draft.ts';
import { useParameter } from '#web/ui/use-parameter.ts';
import { type CallFields, draftOf, fieldsOf, jsonObjectOf } from './call-draft.ts';
import { DataPart, LimitsPart, TaskPart, TimesPart } from './call-form-parts.tsx';
import { formWords } from './form-words.ts';
import './scenarios.css';

/** Drafts a call for a scenario, or changes a draft. */
export function CallFormPage() {
  const callId = useParameter('callId');
  const scenarioId = useParameter('scenarioId');
  return callId === '' ? <NewCall scenarioId={scenarioId} /> : <EditCall callId={callId} />;
}

function useCallDraft(key: string, initial: CallFields): Draft<CallFields> {
  const say = useWords(formWords);
  return useDraft({
    key,
    initial,
    check: (values) => ({
      ...(values.titleZh.trim() === '' && values.titleEn.trim() === ''
        ? { titleZh: say('titleMissing') }
        : {}),
      ...(jsonObjectOf(values.scorerOptions) === null ? { scorerOptions: say('jsonWrong') } : {}),
      ...(values.closesAt !== '' && Date.parse(values.closesAt) <= Date.now()
        ? { closesAt: say('closesAfter') }
        : {}),
    }),
  });
}

function NewCall({ scenarioId }: { scenarioId: string }) {
  const api = useApi();
  const query = useQuery(api.scenarios.getScenario.queryOptions({ input: { scenarioId } }));
  return (
    <LoadedPage query={query}>
      {({ title, summary, ownerId }) => (
        <NewForm scenarioId={scenarioId} title={title} page={summary} ownerId={ownerId} />
      )}
    </LoadedPage>
  );
}

type Both = { zh: string; en: string };
type NewFormProps = { scenarioId: string; title: Both; page: Both; ownerId: string };

function NewForm({ scenarioId, title, page, ownerId }: NewFormProps) {
  const api = useApi();
  const say = useWords(formWords);
  const pick = usePick();
  const router = useRouter();
  const queries = useQueryClient();
  const create = useMutation(api.scenarios.createCall.mutationOptions());
  const draft = useCallDraft(`call.new.${scenarioId}`, fieldsOf({ title, page }));
  return (
    <CallForm
      name={say('callNew')}
      parent={{ name: pick(title), href: `/scenarios/${scenarioId}` }}
      draft={draft}
      ownerId={ownerId}
      send={async (values) => {
        const { callId } = await create.mutateAsync({ scenarioId, draft: draftOf(values) });
        await queries.invalidateQueries({ queryKey: api.scenarios.key() });
        router.history.push(`/scenarios/calls/${callId}`);
      }}
    />
  );
}

function EditCall({ callId }: { callId: string }) {
  const api = useApi();
  const query = useQuery(api.scenarios.getCall.queryOptions({ input: { callId } }));
  return (
    <LoadedPage query={query}>
      {({ draft, version, ownerId, title }) => (
        <EditForm
          callId={callId}
          version={version}
          title={title}
          ownerId={ownerId}
          fields={fieldsOf(draft ?? {})}
        />
      )}
    </LoadedPage>
  );
}

type EditFormProps = {
  callId: string;
  version: number;
  title: Both;
  ownerId: string;
  fields: CallFields;
};

function EditForm({ callId, version, title, ownerId, fields }: EditFormProps) {
  const api = useApi();
  const say = useWords(formWords);
  const pick = usePick();
  const router = useRouter();
  const queries = useQueryClient();
  const update = useMutation(api.scenarios.updateCall.mutationOptions());
  const draft = useCallDraft(`call.${callId}.${version}`, fields);
  return (
    <CallForm
      name={say('callEdit')}
      parent={{ name: pick(title), href: `/scenarios/calls/${callId}` }}
      draft={draft}
      ownerId={ownerId}
      send={async (values) => {
        await update.mutateAsync({ callId, version, draft: draftOf(values) });
        await queries.invalidateQueries({ queryKey: api.scenarios.key() });
        router.history.push(`/scenarios/calls/${callId}`);
      }}
    />
  );
}

type CallFormProps = {
  name: string;
  parent: { name: string; href: string };
  draft: Draft<CallFields>;
  ownerId: string;
  send: (values: CallFields) => Promise<void>;
};

function CallForm({ name, parent, draft, ownerId, send }: CallFormProps) {
  const say = useWords(formWords);
  return (
    <Controls>
      <FormPage
        name={name}
        parent={parent}
        why={say('callWhy')}
        draft={draft}
        verb={say('saveDraft')}
        send={send}
      >
        <TaskPart draft={draft} />
        <DataPart draft={draft} ownerId={ownerId} />
        <LimitsPart draft={draft} />
        <TimesPart draft={draft} />
      </FormPage>
    </Controls>
  );
}
