import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import type { Account } from '#web/session/session-of.ts';
import { useSession } from '#web/session/use-session.ts';
import { FormPage } from '#web/ui/form-page.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { type Draft, useDraft } from '#web/ui/use-draft.ts';
import { useParameter } from '#web/ui/use-parameter.ts';
import {
  documentOf,
  draftOf,
  type RuleDraft,
  type RuleProblem,
  ruleProblems,
} from './rule-draft.ts';
import { ruleWords } from './rule-words.ts';
import { CitySignedIn } from './signed-in.tsx';
import { type Rule, severities } from './views.ts';
import { words } from './words.ts';

type Organisations = Account['organisations'];

/** Creates a rule, or gives one its next version. */
export function RuleFormPage() {
  const ruleId = useParameter('ruleId');
  return <CitySignedIn>{ruleId === '' ? <Create /> : <Change ruleId={ruleId} />}</CitySignedIn>;
}

function Create() {
  const say = useWords(ruleWords);
  const { account } = useSession();
  const organisations = account?.organisations ?? [];
  if (organisations.length > 0) return <RuleForm rule={null} organisations={organisations} />;
  return (
    <>
      <PageHead name={say('create')} parent={{ name: say('rules'), href: '/city/rules' }} />
      <EmptyState what={say('noOrganisation')} why={say('noOrganisationWhy')} />
    </>
  );
}

function Change({ ruleId }: { ruleId: string }) {
  const api = useApi();
  const query = useQuery(api.city.getRule.queryOptions({ input: { ruleId } }));
  return (
    <LoadedPage query={query}>
      {(rule) => <RuleForm key={rule.version} rule={rule} organisations={[]} />}
    </LoadedPage>
  );
}

function RuleForm({ rule, organisations }: { rule: Rule | null; organisations: Organisations }) {
  const api = useApi();
  const say = useWords(ruleWords);
  const router = useRouter();
  const queries = useQueryClient();
  const create = useMutation(api.city.createRule.mutationOptions());
  const update = useMutation(api.city.updateRule.mutationOptions());
  const told = (problem: RuleProblem) => {
    if (problem.word === 'numberWrong') return say('numberWrong', problem);
    if (problem.word === 'columnsWrong') return say('columnsWrong', problem);
    return say(problem.word);
  };
  const draft = useDraft<RuleDraft>({
    key: `city.rule.${rule === null ? 'new' : `${rule.ruleId}.${rule.version}`}`,
    initial: draftOf(rule, organisations[0]?.id ?? ''),
    check: (values) =>
      Object.fromEntries(
        Object.entries(ruleProblems(values)).map(([field, problem]) => [field, told(problem)]),
      ),
  });
  return (
    <FormPage
      name={say(rule === null ? 'create' : 'editRule')}
      parent={{ name: say('rules'), href: '/city/rules' }}
      why={say('why')}
      draft={draft}
      verb={say(rule === null ? 'create' : 'save')}
      send={async (values) => {
        const document = documentOf(values);
        const { ruleId } =
          rule === null
            ? await create.mutateAsync({ ownerId: values.organisationId, document })
            : await update.mutateAsync({ ruleId: rule.ruleId, version: rule.version, document });
        await queries.invalidateQueries({ queryKey: api.city.key() });
        router.history.push(`/city/rules/${ruleId}`);
      }}
    >
      <RuleFields draft={draft} organisations={organisations} />
    </FormPage>
  );
}

type FieldsProps = { draft: Draft<RuleDraft>; organisations: Organisations };

function RuleFields({ draft, organisations }: FieldsProps) {
  const say = useWords(ruleWords);
  const room = useWords(words);
  // The draft says when a problem is due; the field shows it at once.
  const bind = <Name extends keyof RuleDraft>(name: Name) => ({ ...draft.bind(name), all: true });
  return (
    <>
      {organisations.length > 1 && (
        <PlainChoice
          {...bind('organisationId')}
          label={say('organisation')}
          options={organisations.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <PlainText {...bind('titleZh')} label={say('titleZh')} required charactersMax={200} />
      <PlainText {...bind('titleEn')} label={say('titleEn')} charactersMax={200} />
      <PlainChoice
        {...bind('kind')}
        onChange={(value) => draft.bind('kind').onChange(oneOf(kinds, value))}
        label={say('kind')}
        options={kinds.map((value) => ({ value, label: say(value) }))}
      />
      <ConditionFields draft={draft} />
      <PlainText
        {...bind('forReadings')}
        label={say('forReadings')}
        help={say('forReadingsHelp')}
        inputMode="numeric"
        required
      />
      <PlainChoice
        {...bind('severity')}
        onChange={(value) => draft.bind('severity').onChange(oneOf(severities, value))}
        label={say('severity')}
        options={severities.map((value) => ({ value, label: room(value) }))}
      />
      <PlainText
        {...bind('cooldownSeconds')}
        label={say('cooldown')}
        help={say('cooldownHelp')}
        inputMode="numeric"
        required
      />
      <PlainText {...bind('thingIds')} label={say('things')} help={say('thingsHelp')} lines={3} />
      <PlainText
        {...bind('command')}
        label={say('command')}
        help={say('commandHelp')}
        charactersMax={64}
      />
    </>
  );
}

const kinds = ['threshold', 'expression', 'deployment'] as const;
const operators = ['above', 'at_least', 'below', 'at_most'] as const;

function oneOf<const Value extends string>(
  values: readonly [Value, ...Value[]],
  wanted: string,
): Value {
  return values.find((value) => value === wanted) ?? values[0];
}

function ConditionFields({ draft }: { draft: Draft<RuleDraft> }) {
  const say = useWords(ruleWords);
  const bind = <Name extends keyof RuleDraft>(name: Name) => ({ ...draft.bind(name), all: true });
  const { kind } = draft.values;
  if (kind === 'expression') {
    return (
      <PlainText
        {...bind('expression')}
        label={say('expression')}
        help={say('expressionHelp')}
        required
        lines={3}
        charactersMax={500}
      />
    );
  }
  if (kind === 'deployment') {
    return (
      <>
        <PlainText {...bind('deploymentId')} label={say('deploymentId')} required />
        <PlainText
          {...bind('columns')}
          label={say('columns')}
          help={say('columnsHelp')}
          required
          lines={6}
        />
      </>
    );
  }
  return (
    <>
      <PlainText
        {...bind('property')}
        label={say('property')}
        help={say('propertyHelp')}
        required
        charactersMax={120}
      />
      <PlainChoice
        {...bind('operator')}
        onChange={(value) => draft.bind('operator').onChange(oneOf(operators, value))}
        label={say('operator')}
        options={operators.map((value) => ({ value, label: say(value) }))}
      />
      <PlainText {...bind('value')} label={say('value')} required charactersMax={30} />
    </>
  );
}
