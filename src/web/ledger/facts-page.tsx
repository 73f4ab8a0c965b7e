import { useInfiniteQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { usePartyNames } from '#web/parties/party-name.tsx';
import { useSession } from '#web/session/use-session.ts';
import { Button } from '#web/ui/button.tsx';
import { Digest } from '#web/ui/copy-text.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { factsHref, useFactSentence } from './facts-of.tsx';
import './ledger.css';
import { subjectTypes } from './subjects.ts';
import { words } from './words.ts';

type Fact = Outputs['kernel']['listFacts']['items'][number];

const pageRows = 25;

/** All facts about one thing, the newest first. */
export function FactsPage() {
  const say = useWords(words);
  const [type] = useQueryParameter('type');
  const [subject] = useQueryParameter('subject');
  return (
    <>
      <PageHead
        name={say('facts')}
        parent={{ name: say('title'), href: '/ledger' }}
        why={say('factsWhy')}
      />
      <Choose key={`${type} ${subject}`} type={type} subject={subject} />
      {type === '' || subject === '' ? (
        <EmptyState what={say('pickFirst')} why={say('pickWhy')} />
      ) : (
        <Facts type={type} subject={subject} />
      )}
    </>
  );
}

function Choose(given: { type: string; subject: string }) {
  const say = useWords(words);
  const router = useRouter();
  const [type, setType] = useState(given.type || subjectTypes[0]);
  const [subject, setSubject] = useState(given.subject);
  return (
    <form
      className="facts-of"
      onSubmit={(event) => {
        event.preventDefault();
        if (subject.trim() !== '') router.history.push(factsHref(type, subject.trim()));
      }}
    >
      <PlainChoice
        name="type"
        label={say('thing')}
        value={type}
        onChange={setType}
        options={subjectTypes.map((value) => ({ value, label: say(`type.${value}`) }))}
      />
      <PlainText name="subject" label={say('thingId')} value={subject} onChange={setSubject} />
      <Button type="submit">{say('show')}</Button>
    </form>
  );
}

function Facts({ type, subject }: { type: string; subject: string }) {
  const api = useApi();
  const say = useWords(words);
  const query = useInfiniteQuery(
    api.kernel.listFacts.infiniteOptions({
      input: (before: string | undefined) => ({
        subjectType: type,
        subject,
        limit: pageRows,
        ...(before === undefined ? {} : { before }),
      }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
    }),
  );
  return (
    <Loaded query={query} lines={8}>
      {({ pages }) => {
        const facts = pages.flatMap(({ items }) => items);
        if (facts.length === 0) {
          return <EmptyState what={say('noFacts')} why={say('noFactsWhy')} />;
        }
        return (
          <Section title={subject}>
            <FactList facts={facts} />
            {query.hasNextPage && (
              <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {say('older')}
              </Button>
            )}
          </Section>
        );
      }}
    </Loaded>
  );
}

function FactList({ facts }: { facts: readonly Fact[] }) {
  const say = useWords(words);
  const sentence = useFactSentence();
  const names = usePartyNames(facts.map(({ actor }) => actor));
  const roles = useSession().account?.roles ?? [];
  const audits = roles.some((role) => role === 'auditor' || role === 'audit_administrator');
  return (
    <>
      <ol className="fact-list">
        {facts.map((fact) => (
          <li key={fact.id}>
            <h3>{sentence(fact.kind)}</h3>
            <p className="fact-line">
              <When at={fact.time} />
              <span>{names(fact.actor)}</span>
              <span className="figures">
                {fact.position === null
                  ? say('notPlaced')
                  : `${say('place')} ${formatNumber(fact.position)}`}
              </span>
              <code>{fact.kind}</code>
              <Digest value={fact.id} />
            </p>
            {fact.body !== null && fact.body !== undefined && (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
              <pre className="fact-body" tabIndex={0}>
                {JSON.stringify(fact.body, null, 2)}
              </pre>
            )}
          </li>
        ))}
      </ol>
      {!audits && <p className="ledger-why">{say('bodyHidden')}</p>}
    </>
  );
}
