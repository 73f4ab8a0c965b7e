import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { entryWords } from './entry-words.ts';
import { evidenceHref } from './figures.ts';
import './observatory.css';
import { type Value, valueMark, valueWord } from './value-state.ts';
import { words } from './words.ts';

/** One entered value: what it says, and its review and publication. */
export function ValuePage() {
  const api = useApi();
  const valueId = useParameter('valueId');
  const query = useQuery(api.observatory.getValue.queryOptions({ input: { valueId } }));
  const topic = query.data === undefined ? undefined : `observatory.value/${valueId}`;
  useLive(topic, api.observatory.getValue.key());
  return (
    <LoadedPage query={query}>
      {(value) => (
        <>
          <Head value={value} />
          <PageBody side={<FactsOf subjectType="observatory.value" subject={valueId} />}>
            <Content value={value} />
          </PageBody>
        </>
      )}
    </LoadedPage>
  );
}

const asks = ['accept', 'return', 'publish'] as const;
type Asked = (typeof asks)[number];

function Head({ value }: { value: Value }) {
  const say = useWords(entryWords);
  const room = useWords(words);
  const pick = usePick();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { state, actions, reviewReason } = value;
  const why =
    state === 'returned' ? say('returnedWhy', { reason: reviewReason ?? '' }) : say(`${state}Why`);
  return (
    <>
      <PageHead
        name={`${pick(value.indicatorTitle)} · ${value.period}`}
        parent={{ name: room('values'), href: '/observatory/values' }}
        state={<StateTag state={valueMark(value)} label={say(valueWord(value))} />}
        why={why}
        {...(actions.includes('review')
          ? {
              main: (
                <span className="indicator-actions">
                  <Button kind="main" onClick={() => setAsked('accept')}>
                    {say('accept')}
                  </Button>
                  <Button onClick={() => setAsked('return')}>{say('return')}</Button>
                </span>
              ),
            }
          : {})}
        {...(actions.includes('publish')
          ? {
              main: (
                <Button kind="main" onClick={() => setAsked('publish')}>
                  {say('publish')}
                </Button>
              ),
            }
          : {})}
      />
      {asks.map((name) => (
        <Decision
          key={name}
          name={name}
          value={value}
          open={asked === name}
          onClose={() => setAsked(null)}
        />
      ))}
    </>
  );
}

const doneWords = { accept: 'accepted', return: 'returnDone', publish: 'publishDone' } as const;

function Decision(props: { name: Asked; value: Value; open: boolean; onClose: () => void }) {
  const { name, value, open, onClose } = props;
  const api = useApi();
  const say = useWords(entryWords);
  const pick = usePick();
  const queries = useQueryClient();
  const { valueId } = value;
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say(name)}
      verb={say(name)}
      done={say(doneWords[name])}
      danger={name === 'return'}
      final={name === 'publish'}
      summary={[
        [say('indicator'), pick(value.indicatorTitle)],
        [say('period'), value.period],
        [say('value'), `${formatNumber(value.value, 6)} ${pick(value.unit)}`],
        [say('source'), value.source],
      ]}
      {...(name === 'return' ? { reason: { label: say('reason'), help: say('reasonHelp') } } : {})}
      send={async (reason) => {
        if (name === 'publish') await api.observatory.publishValue.call({ valueId });
        else {
          const outcome = name === 'accept' ? 'accepted' : 'returned';
          await api.observatory.reviewValue.call({ valueId, outcome, reason });
        }
        await queries.invalidateQueries({ queryKey: api.observatory.key() });
        await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
      }}
    >
      {name === 'accept' && <p>{say('acceptWhy')}</p>}
      {name === 'publish' && <p>{say('publishWhy')}</p>}
    </Ask>
  );
}

function Content({ value }: { value: Value }) {
  const say = useWords(entryWords);
  const room = useWords(words);
  const pick = usePick();
  const { indicatorId, period, sourceUrl, vintage } = value;
  return (
    <Section title={say('whatItSays')}>
      <Properties
        rows={[
          [
            say('indicator'),
            <To key="indicator" href={`/observatory/indicators/${indicatorId}`}>
              {pick(value.indicatorTitle)}
            </To>,
          ],
          [say('period'), period],
          [say('value'), `${formatNumber(value.value, 6)} ${pick(value.unit)}`],
          [say('source'), value.source],
          ...(sourceUrl === null
            ? []
            : [
                [
                  say('sourceUrl'),
                  <a key="url" href={sourceUrl} rel="noreferrer noopener nofollow">
                    {sourceUrl}
                  </a>,
                ] as const,
              ]),
          ...(value.note === '' ? [] : [[say('note'), value.note] as const]),
          [say('organisation'), <PartyName key="party" id={value.organisationId} />],
          [say('enteredAt'), <When key="at" at={value.enteredAt} />],
          ...(vintage === null ? [] : [[say('vintage'), room('vintageOf', { vintage })] as const]),
        ]}
      />
      {vintage !== null && (
        <p className="import-foot">
          <ButtonLink
            icon="download"
            href={evidenceHref(indicatorId, period, vintage)}
            download={`${indicatorId}-${period}-${vintage}.json`}
          >
            {say('evidence')}
          </ButtonLink>
        </p>
      )}
    </Section>
  );
}
