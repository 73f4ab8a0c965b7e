import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Controls } from '#web/ui/controls.tsx';
import { ChoiceField, TextField } from '#web/ui/fields.tsx';
import { FormPage } from '#web/ui/form-page.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { type Draft, useDraft } from '#web/ui/use-draft.ts';
import { useParameter } from '#web/ui/use-parameter.ts';
import { inBoth } from './call-draft.ts';
import { formWords } from './form-words.ts';
import { usePlaces } from './place-words.ts';
import type { ScenarioView } from './views.ts';
import { words } from './words.ts';

type Fields = {
  ownerId: string;
  titleZh: string;
  titleEn: string;
  summaryZh: string;
  summaryEn: string;
  sector: string;
  district: string;
};

/** Stands for no district, as a choice cannot be empty. */
const anywhere = 'anywhere';

/** Describes a scenario, or changes what one says. */
export function ScenarioFormPage() {
  const scenarioId = useParameter('scenarioId');
  return scenarioId === '' ? <NewScenario /> : <EditScenario scenarioId={scenarioId} />;
}

function useScenarioDraft(key: string, initial: Fields): Draft<Fields> {
  const say = useWords(formWords);
  return useDraft({
    key,
    initial,
    check: (values) => ({
      ...(values.titleZh.trim() === '' && values.titleEn.trim() === ''
        ? { titleZh: say('titleMissing') }
        : {}),
      ...(values.summaryZh.trim() === '' && values.summaryEn.trim() === ''
        ? { summaryZh: say('summaryMissing') }
        : {}),
      ...(values.sector === '' ? { sector: say('sectorMissing') } : {}),
    }),
  });
}

const contentOf = (values: Fields) => ({
  title: inBoth(values.titleZh, values.titleEn),
  summary: { zh: values.summaryZh.trim(), en: values.summaryEn.trim() },
  sector: values.sector,
  district: values.district === anywhere ? null : values.district,
});

function NewScenario() {
  const say = useWords(formWords);
  const { account, known } = useSession();
  if (!known) return <Loading />;
  const organisations = account?.organisations ?? [];
  const [first] = organisations;
  if (first === undefined) {
    return (
      <>
        <PageHead name={say('scenarioNew')} why={say('scenarioWhy')} />
        <EmptyState
          what={say('noOrganisation')}
          why={say('noOrganisationWhy')}
          next={<ButtonLink href="/parties">{say('toParties')}</ButtonLink>}
        />
      </>
    );
  }
  return <NewForm organisations={organisations} first={first.id} />;
}

type NewFormProps = { organisations: readonly { id: string; name: string }[]; first: string };

function NewForm({ organisations, first }: NewFormProps) {
  const api = useApi();
  const say = useWords(formWords);
  const router = useRouter();
  const queries = useQueryClient();
  const create = useMutation(api.scenarios.createScenario.mutationOptions());
  const draft = useScenarioDraft('scenario.new', {
    ownerId: first,
    titleZh: '',
    titleEn: '',
    summaryZh: '',
    summaryEn: '',
    sector: '',
    district: anywhere,
  });
  return (
    <ScenarioForm
      name={say('scenarioNew')}
      verb={say('create')}
      draft={draft}
      organisations={organisations}
      send={async (values) => {
        const { scenarioId } = await create.mutateAsync({
          ownerId: values.ownerId,
          ...contentOf(values),
        });
        await queries.invalidateQueries({ queryKey: api.scenarios.key() });
        router.history.push(`/scenarios/${scenarioId}`);
      }}
    />
  );
}

function EditScenario({ scenarioId }: { scenarioId: string }) {
  const api = useApi();
  const query = useQuery(api.scenarios.getScenario.queryOptions({ input: { scenarioId } }));
  return <LoadedPage query={query}>{(scenario) => <EditForm scenario={scenario} />}</LoadedPage>;
}

function EditForm({ scenario }: { scenario: ScenarioView }) {
  const api = useApi();
  const say = useWords(formWords);
  const pick = usePick();
  const router = useRouter();
  const queries = useQueryClient();
  const { scenarioId, version, title, summary, sector, district, ownerId } = scenario;
  const update = useMutation(api.scenarios.updateScenario.mutationOptions());
  const draft = useScenarioDraft(`scenario.${scenarioId}.${version}`, {
    ownerId,
    titleZh: title.zh,
    titleEn: title.en,
    summaryZh: summary.zh,
    summaryEn: summary.en,
    sector,
    district: district ?? anywhere,
  });
  return (
    <ScenarioForm
      name={say('scenarioEdit')}
      parent={{ name: pick(title), href: `/scenarios/${scenarioId}` }}
      verb={say('save')}
      draft={draft}
      send={async (values) => {
        await update.mutateAsync({ scenarioId, version, ...contentOf(values) });
        await queries.invalidateQueries({ queryKey: api.scenarios.key() });
        router.history.push(`/scenarios/${scenarioId}`);
      }}
    />
  );
}

type ScenarioFormProps = {
  name: string;
  parent?: { name: string; href: string };
  verb: string;
  draft: Draft<Fields>;
  /** Whom it may belong to; absent once it belongs to somebody. */
  organisations?: readonly { id: string; name: string }[];
  send: (values: Fields) => Promise<void>;
};

const titleCharacters = 120;
const summaryCharacters = 2_000;

function ScenarioForm({ name, parent, verb, draft, organisations, send }: ScenarioFormProps) {
  const say = useWords(formWords);
  const sayRoom = useWords(words);
  const { sectors, districts } = usePlaces();
  return (
    <Controls>
      <FormPage
        name={name}
        parent={parent ?? { name: sayRoom('scenarios'), href: '/scenarios' }}
        why={say('scenarioWhy')}
        draft={draft}
        verb={verb}
        send={send}
      >
        {organisations !== undefined && (
          <ChoiceField
            {...draft.bind('ownerId')}
            label={say('onBehalf')}
            help={say('onBehalfHelp')}
            required
            options={organisations.map(({ id, name: label }) => ({ value: id, label }))}
          />
        )}
        <TextField
          {...draft.bind('titleZh')}
          label={say('titleZh')}
          help={say('titleHelp')}
          charactersMax={titleCharacters}
          required
        />
        <TextField
          {...draft.bind('titleEn')}
          label={say('titleEn')}
          charactersMax={titleCharacters}
        />
        <TextField
          {...draft.bind('summaryZh')}
          label={say('summaryZh')}
          help={say('summaryHelp')}
          lines={4}
          charactersMax={summaryCharacters}
          required
        />
        <TextField
          {...draft.bind('summaryEn')}
          label={say('summaryEn')}
          lines={4}
          charactersMax={summaryCharacters}
        />
        <ChoiceField {...draft.bind('sector')} label={say('sector')} options={sectors} required />
        <ChoiceField
          {...draft.bind('district')}
          label={say('district')}
          help={say('districtHelp')}
          options={[{ value: anywhere, label: say('anywhere') }, ...districts]}
        />
      </FormPage>
    </Controls>
  );
}
