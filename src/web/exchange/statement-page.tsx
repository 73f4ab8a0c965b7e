import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageBody, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { TrustDrawer } from '#web/ui/trust-drawer.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import './exchange.css';
import { moneyText, shareText } from './money.ts';
import { SettleButton } from './settle-button.tsx';
import { Postings } from './statement-postings.tsx';
import {
  agreementHref,
  agreementMark,
  csvHref,
  evidenceHref,
  type StatementView,
} from './views.ts';
import { words } from './words.ts';

/** The statement of an agreement: buyer and seller read the same. */
export function StatementPage() {
  const api = useApi();
  const agreementId = useParameter('agreementId');
  const query = useQuery(api.exchange.getStatement.queryOptions({ input: { agreementId } }));
  useLive(
    query.data === undefined ? undefined : `exchange.agreement/${agreementId}`,
    api.exchange.getStatement.key(),
  );
  return (
    <LoadedPage query={query}>{(statement) => <Statement statement={statement} />}</LoadedPage>
  );
}

function Statement({ statement }: { statement: StatementView }) {
  const say = useWords(words);
  const pick = usePick();
  const { agreementId, state, issued } = statement;
  return (
    <>
      <PageHead
        name={`${say('statement')} · ${pick(statement.title)}`}
        parent={{ name: say('agreement'), href: agreementHref(agreementId) }}
        state={<StateTag state={agreementMark[state]} label={say(state)} />}
        why={say('statementWhy')}
        note={<Note text={{ zh: words.pairs.simulated[0], en: words.pairs.simulated[1] }} />}
        main={
          <>
            {issued !== null && (
              <ButtonLink kind="main" icon="verify" href={`/verify?statement=${agreementId}`}>
                {say('verifyIt')}
              </ButtonLink>
            )}
            {issued !== null && (
              <ButtonLink
                icon="download"
                href={evidenceHref(agreementId)}
                download={`statement-${agreementId}.json`}
              >
                {say('evidence')}
              </ButtonLink>
            )}
            <ButtonLink
              icon="download"
              href={csvHref(agreementId)}
              download={`statement-${agreementId}.csv`}
            >
              {say('csv')}
            </ButtonLink>
          </>
        }
      />
      <PageBody side={<FactsOf subjectType="exchange.agreement" subject={agreementId} />}>
        <Sums statement={statement} />
        <Section title={say('postings')}>
          <Postings statement={statement} />
        </Section>
      </PageBody>
    </>
  );
}

function Sums({ statement }: { statement: StatementView }) {
  const say = useWords(words);
  const { currency, unsettled, issued, state } = statement;
  const { account } = useSession();
  const parties = [statement.buyerId, statement.sellerId];
  const own = account?.organisations.some(({ id }) => parties.includes(id)) ?? false;
  const settles = own && state !== 'ended';
  const money = (minor: number) => moneyText(minor, currency);
  const rows = [
    [say('credits'), money(statement.creditMinor)],
    [say('calls'), formatNumber(statement.calls)],
    [say('amount'), money(statement.amountMinor)],
    [say('provided'), money(statement.providerMinor)],
    [say('share'), money(statement.platformMinor)],
    [say('returned'), money(statement.returnedMinor)],
    [say('remaining'), money(statement.remainingMinor)],
  ] as const;
  return (
    <Section
      title={`${statement.buyerName} ↔ ${statement.sellerName}`}
      action={
        issued === null ? undefined : <StatementTrust statement={statement} issued={issued} />
      }
    >
      <div className="exchange-sums">
        <dl className="exchange-numbers">
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="figures">{value}</dd>
            </div>
          ))}
        </dl>
        <p>
          {say('formula', {
            calls: formatNumber(statement.calls),
            price: money(statement.priceMinor),
            amount: money(statement.amountMinor),
            share: shareText(statement.platformShareBps),
            platform: money(statement.platformMinor),
            provider: money(statement.providerMinor),
          })}
        </p>
        {issued === null && <p className="quiet">{say('notIssued')}</p>}
        {unsettled.calls > 0 && (
          <p>
            {say('unsettled', {
              calls: formatNumber(unsettled.calls),
              amount: money(unsettled.amountMinor),
            })}
          </p>
        )}
        {settles && <SettleButton agreementId={statement.agreementId} />}
      </div>
    </Section>
  );
}

type Issued = NonNullable<StatementView['issued']>;

function StatementTrust({ statement, issued }: { statement: StatementView; issued: Issued }) {
  const say = useWords(words);
  return (
    <TrustDrawer
      trust={{
        sentence: say('statementTrust', { number: String(issued.number) }),
        factId: issued.factId,
        at: issued.issuedAt,
        level: 'recomputed',
        digests: [{ name: say('statementDigest'), value: issued.documentDigest }],
        proofHref: evidenceHref(statement.agreementId),
      }}
    />
  );
}
