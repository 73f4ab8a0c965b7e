import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { FormPage } from '#web/ui/form-page.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { useDraft } from '#web/ui/use-draft.ts';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { answersOf, codesOf } from './answers.ts';
import { type Question, QuestionField } from './question-field.tsx';
import { words } from './words.ts';

/** The answer sheet for a use of a certified program. */
export function AssessPage() {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const { account, known } = useSession();
  const [wanted] = useQueryParameter('certificate');
  const sheet = useQuery(api.governance.getAnswerSheet.queryOptions({ input: {} }));
  const organisations = account?.organisations ?? [];
  const held = useQueries({
    queries: organisations.map(({ id }) =>
      api.assurance.listCertificates.queryOptions({
        input: { holderId: id, state: 'valid', limit: 100 },
      }),
    ),
  });
  if (!known || held.some(({ isPending }) => isPending)) return <Loading />;
  const certificates = held.flatMap(({ data }) => data?.items ?? []);
  if (certificates.length === 0) return <NoCertificate />;
  return (
    <LoadedPage query={sheet}>
      {({ questions }) => (
        <Sheet
          questions={questions}
          certificates={certificates.map(({ certificateId, title }) => ({
            value: certificateId,
            label: pick(title),
          }))}
          wanted={wanted}
          name={say('assess')}
        />
      )}
    </LoadedPage>
  );
}

function NoCertificate() {
  const say = useWords(words);
  return (
    <>
      <PageHead name={say('assess')} why={say('assessWhy')} />
      <EmptyState
        what={say('noCertificate')}
        why={say('noCertificateWhy')}
        next={<ButtonLink href="/certificates">{say('noneNext')}</ButtonLink>}
      />
    </>
  );
}

type SheetProps = {
  name: string;
  questions: readonly Question[];
  certificates: readonly { value: string; label: string }[];
  wanted: string;
};

type Fields = { certificateId: string; use: string; [question: string]: unknown };

const useCharactersMax = 2_000;

function Sheet({ name, questions, certificates, wanted }: SheetProps) {
  const api = useApi();
  const say = useWords(words);
  const router = useRouter();
  const queries = useQueryClient();
  const [first] = certificates;
  const found = certificates.find(({ value }) => value === wanted) ?? first;
  const draft = useDraft<Fields>({
    key: 'governance.assess',
    initial: {
      certificateId: found?.value ?? '',
      use: '',
      ...Object.fromEntries(questions.map((question) => [question.name, []])),
    },
    check: (values) => ({
      ...(values.use.trim() === '' ? { use: say('useMissing') } : {}),
      ...Object.fromEntries(
        questions
          .filter((question) => !question.several && codesOf(values[question.name]).length === 0)
          .map((question) => [question.name, say('answerMissing')]),
      ),
    }),
  });
  const use = draft.bind('use');
  const certificate = draft.bind('certificateId');
  return (
    <FormPage
      name={name}
      parent={{ name: say('title'), href: '/governance' }}
      why={say('assessWhy')}
      draft={draft}
      verb={say('assessDo')}
      send={async (values) => {
        const answers = answersOf(values, questions);
        const { certificateId } = values;
        const { assessmentId } = await api.governance.assess.call({
          ...{ certificateId, use: values.use.trim(), answers },
        });
        await queries.invalidateQueries({ queryKey: api.governance.key() });
        router.history.push(`/governance/assessments/${assessmentId}`);
      }}
    >
      <PlainChoice
        name="certificateId"
        label={say('certificate')}
        help={say('certificateHelp')}
        required
        options={certificates}
        value={certificate.value}
        onChange={certificate.onChange}
      />
      <PlainText
        name="use"
        label={say('use')}
        help={say('useHelp')}
        required
        lines={3}
        charactersMax={useCharactersMax}
        value={use.value}
        onChange={use.onChange}
        problem={use.problem}
        all
      />
      {questions.map((question) => {
        const { value, onChange, problem, onLeave } = draft.bind(question.name);
        return (
          <QuestionField
            key={question.name}
            question={question}
            chosen={codesOf(value)}
            {...{ onChange, problem, onLeave }}
          />
        );
      })}
    </FormPage>
  );
}
