import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { cardWords } from './card-words.ts';

const listedMax = 50;

type Use = Outputs['discovery']['listUses']['items'][number];
type Claim = Outputs['hub']['listClaims']['items'][number];

/** What measured a revision and what uses it; the same question for every part of the page. */
function useUses(revisionDigest: string): readonly Use[] {
  const api = useApi();
  const input = { revisionDigest, limit: listedMax };
  return useQuery(api.discovery.listUses.queryOptions({ input })).data?.items ?? [];
}

/** Results of a revision: those that were measured here apart from those that its publisher claims. */
export function CardResults({ repositoryId, revisionDigest }: RevisionProps) {
  const api = useApi();
  const input = { repositoryId, revisionDigest, limit: listedMax };
  const claims = useQuery(api.hub.listClaims.queryOptions({ input })).data;
  const measured = useUses(revisionDigest).filter(({ relation }) => relation === 'measured');
  return (
    <>
      {measured.length > 0 && <Measured measured={measured} />}
      {claims !== undefined && claims.items.length > 0 && (
        <Claimed claims={claims.items} total={claims.total} />
      )}
    </>
  );
}

type RevisionProps = { repositoryId: string; revisionDigest: string };

function Measured({ measured }: { measured: readonly Use[] }) {
  const say = useWords(cardWords);
  const pick = usePick();
  return (
    <Section title={say('measured')}>
      <p>{say('measuredWhy')}</p>
      <PlainTable
        name={say('measured')}
        rows={measured}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'certificate',
            title: say('certificate'),
            cell: ({ id, title, href }) => (
              <To href={href ?? `/assurance/certificates/${id}`}>
                {title === null ? say('certificate') : pick(title)}
              </To>
            ),
          },
          {
            key: 'score',
            title: say('score'),
            figures: true,
            cell: ({ score }) => (score === null ? '' : formatNumber(score)),
          },
          {
            key: 'validUntil',
            title: say('validUntil'),
            cell: ({ validUntil }) => validUntil !== null && <When at={validUntil} />,
          },
        ]}
      />
    </Section>
  );
}

function Claimed({ claims, total }: { claims: readonly Claim[]; total: number }) {
  const say = useWords(cardWords);
  const placed = claims.map((claim, place) => ({ ...claim, place }));
  return (
    <Section title={say('claimed')}>
      <p>{say('claimedWhy')}</p>
      <PlainTable
        name={say('claimed')}
        rows={placed}
        rowKey={({ place }) => String(place)}
        columns={[
          { key: 'dataset', title: say('dataset'), cell: ({ dataset }) => dataset },
          { key: 'task', title: say('task'), cell: ({ task }) => task ?? '' },
          { key: 'metric', title: say('metric'), cell: ({ metric }) => metric },
          {
            key: 'value',
            title: say('value'),
            figures: true,
            cell: ({ value }) => (typeof value === 'number' ? formatNumber(value) : value),
          },
          {
            key: 'from',
            title: say('from'),
            cell: ({ where, source }) =>
              source === null ? (
                <code>{where}</code>
              ) : (
                <a href={source} rel="nofollow noreferrer">
                  {where}
                </a>
              ),
          },
        ]}
      />
      {total > claims.length && <p>{say('moreClaims', { count: total - claims.length })}</p>}
    </Section>
  );
}

/** Calls, offers and services that use a revision, as far as the reader may see them. */
export function UsedIn({ revisionDigest }: { revisionDigest: string }) {
  const say = useWords(cardWords);
  const pick = usePick();
  const uses = useUses(revisionDigest);
  const shown = uses.flatMap((use) =>
    use.relation === 'measured' || use.href === null
      ? []
      : [{ ...use, relation: use.relation, href: use.href }],
  );
  if (shown.length === 0) return null;
  return (
    <Section title={say('usedIn')}>
      <ul className="hub-uses">
        {shown.map(({ kind, id, relation, title, href }) => (
          <li key={`${relation} ${kind} ${id}`}>
            {say(relation)} <To href={href}>{title === null ? say('deployment') : pick(title)}</To>
          </li>
        ))}
      </ul>
    </Section>
  );
}
