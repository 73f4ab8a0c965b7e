import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useApi } from '#web/api.ts';
import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import type { Account } from '#web/session/session-of.ts';
import { FormPage } from '#web/ui/form-page.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { type Draft, useDraft } from '#web/ui/use-draft.ts';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { decimalOf, type EntryDraft, entryProblems } from './entry-draft.ts';
import { entryWords } from './entry-words.ts';
import type { Indicator } from './figures.ts';
import { OwnOrganisations } from './own-organisations.tsx';
import { words } from './words.ts';

/** Enters one value with its source. */
export function EnterPage() {
  const api = useApi();
  const say = useWords(entryWords);
  const room = useWords(words);
  const query = useQuery(
    api.observatory.listIndicators.queryOptions({ input: { source: 'entered', limit: 100 } }),
  );
  const head = (
    <PageHead name={say('enter')} parent={{ name: room('title'), href: '/observatory' }} />
  );
  return (
    <Loaded query={query}>
      {({ items }) => (
        <OwnOrganisations head={head}>
          {(organisations) => <EntryForm indicators={items} organisations={organisations} />}
        </OwnOrganisations>
      )}
    </Loaded>
  );
}

type Organisations = Account['organisations'];

function EntryForm(props: { indicators: readonly Indicator[]; organisations: Organisations }) {
  const { indicators, organisations } = props;
  const api = useApi();
  const say = useWords(entryWords);
  const room = useWords(words);
  const pick = usePick();
  const router = useRouter();
  const queries = useQueryClient();
  const [named] = useQueryParameter('indicator');
  const enter = useMutation(api.observatory.enterValue.mutationOptions());
  const draft = useDraft<EntryDraft>({
    key: `observatory.${named}`,
    initial: {
      organisationId: organisations[0]?.id ?? '',
      indicatorId: named || (indicators[0]?.indicatorId ?? ''),
      ...{ period: '', value: '', source: '', sourceUrl: '', note: '' },
    },
    check(values) {
      const problems = entryProblems(values, new Date().getFullYear());
      return Object.fromEntries(
        Object.entries(problems).map(([field, problem]) => [field, say(problem)]),
      );
    },
  });
  const indicator = indicators.find(({ indicatorId }) => indicatorId === draft.values.indicatorId);
  const unit = indicator === undefined ? '' : pick(indicator.unit);
  return (
    <FormPage
      name={say('enter')}
      parent={{ name: room('title'), href: '/observatory' }}
      why={say('enterWhy')}
      draft={draft}
      verb={say('submit')}
      summary={(values) => [
        [say('indicator'), indicator === undefined ? '' : pick(indicator.title)],
        [say('period'), values.period],
        [say('value'), `${formatNumber(decimalOf(values.value) ?? 0, 6)} ${unit}`],
        [say('source'), values.source],
      ]}
      send={async ({ value, sourceUrl, ...values }) => {
        const { valueId } = await enter.mutateAsync({
          ...values,
          value: decimalOf(value) ?? 0,
          ...(sourceUrl === '' ? {} : { sourceUrl }),
        });
        await queries.invalidateQueries({ queryKey: api.observatory.key() });
        router.history.push(`/observatory/values/${valueId}`);
      }}
    >
      <EntryFields draft={draft} {...props} unit={unit} />
    </FormPage>
  );
}

function EntryFields(props: {
  draft: Draft<EntryDraft>;
  indicators: readonly Indicator[];
  organisations: Organisations;
  unit: string;
}) {
  const { draft, indicators, organisations, unit } = props;
  const say = useWords(entryWords);
  const pick = usePick();
  // The draft says when a problem is due; the field shows it at once.
  const bind = (field: keyof EntryDraft) => ({ ...draft.bind(field), all: true });
  return (
    <>
      {organisations.length > 1 && (
        <PlainChoice
          {...bind('organisationId')}
          label={say('organisation')}
          options={organisations.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <PlainChoice
        {...bind('indicatorId')}
        label={say('indicator')}
        options={indicators.map(({ indicatorId, title }) => ({
          value: indicatorId,
          label: pick(title),
        }))}
      />
      <PlainText
        {...bind('period')}
        label={say('period')}
        required
        inputMode="numeric"
        charactersMax={4}
      />
      <PlainText
        {...bind('value')}
        label={say('value')}
        help={say('valueHelp', { unit })}
        required
        charactersMax={24}
      />
      <PlainText
        {...bind('source')}
        label={say('source')}
        help={say('sourceHelp')}
        required
        charactersMax={500}
      />
      <PlainText {...bind('sourceUrl')} label={say('sourceUrl')} type="url" charactersMax={500} />
      <PlainText
        {...bind('note')}
        label={say('note')}
        help={say('noteHelp')}
        lines={3}
        charactersMax={1000}
      />
    </>
  );
}
