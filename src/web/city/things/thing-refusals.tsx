import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { thingWords } from '#web/city/thing-words.ts';
import { formatBytes } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import type { ThingDetail } from './views.ts';
import './things.css';

const shown = 25;

/** What was not stored of this thing, and why: counts of all, and the last ones. */
export function ThingRefusals({ thing: { thingId, ownerId } }: { thing: ThingDetail }) {
  const api = useApi();
  const say = useWords(thingWords);
  const input = { ownerId, thingId, limit: shown };
  const query = useQuery(api.city.listRefusals.queryOptions({ input }));
  return (
    <Section title={say('refusals')}>
      <p className="things-quiet">{say('refusalsWhy')}</p>
      <Loaded query={query}>
        {({ items, counts }) =>
          items.length === 0 ? (
            <p>{say('noRefusals')}</p>
          ) : (
            <>
              <ul className="things-counts">
                {counts.map(({ reason, count }) => (
                  <li key={reason}>
                    {say(reason)} <span className="figures">{say('times', { count })}</span>
                  </li>
                ))}
              </ul>
              <PlainTable
                name={say('refusals')}
                rows={items}
                rowKey={({ refusalId }) => refusalId}
                columns={[
                  {
                    key: 'reason',
                    title: say('reason'),
                    cell: ({ reason, detail }) => (
                      <span className="things-refusal">
                        {say(reason)}
                        <small lang="en">{detail}</small>
                      </span>
                    ),
                  },
                  {
                    key: 'size',
                    title: say('size'),
                    cell: ({ sizeBytes }) => formatBytes(sizeBytes),
                    figures: true,
                  },
                  { key: 'at', title: say('at'), cell: ({ at }) => <When at={at} /> },
                ]}
              />
            </>
          )
        }
      </Loaded>
    </Section>
  );
}
