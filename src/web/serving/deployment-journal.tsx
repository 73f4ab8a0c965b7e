import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { PartyName, shortId } from '#web/parties/party-name.tsx';
import { type Column, DataList } from '#web/ui/data-list.tsx';
import { given } from '#web/ui/list-address.ts';
import { EmptyState } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { words } from './words.ts';

type Inference = Outputs['serving']['listInferences']['items'][number];

/** Every answer that was given, the latest first. */
export function DeploymentJournal({ deploymentId }: { deploymentId: string }) {
  const api = useApi();
  const say = useWords(words);
  return (
    <DataList<Inference>
      name={say('journal')}
      searches={false}
      count={(count) => say('journalCount', { count })}
      columns={useColumns()}
      rowKey={({ inferenceId }) => inferenceId}
      queryKey={[...api.serving.listInferences.key(), deploymentId]}
      topic={`serving.deployment/${deploymentId}`}
      load={({ cursor, limit }) =>
        api.serving.listInferences.call({
          deploymentId,
          ...given({ limit, cursor }),
        })
      }
      empty={<EmptyState what={say('journalNone')} why={say('journalNoneWhy')} />}
    />
  );
}

function useColumns(): readonly [Column<Inference>, ...Column<Inference>[]] {
  const say = useWords(words);
  return [
    {
      key: 'at',
      title: say('at'),
      text: ({ createdAt }) => createdAt,
      render: ({ createdAt }) => <When at={createdAt} />,
    },
    {
      key: 'caller',
      title: say('caller'),
      text: ({ callerId }) => callerId,
      render: ({ callerId }) => <PartyName id={callerId} />,
    },
    {
      key: 'session',
      title: say('session'),
      text: ({ session }) => session,
      render: ({ session }) => <code>{session.length > 20 ? shortId(session) : session}</code>,
    },
    { key: 'rows', title: say('rows'), text: ({ rowCount }) => String(rowCount), figures: true },
    {
      key: 'flagged',
      title: say('flagged'),
      text: ({ flagged }) => String(flagged),
      figures: true,
    },
    {
      key: 'took',
      title: say('took'),
      text: ({ tookMs }) => say('milliseconds', { value: formatNumber(tookMs, 1) }),
      figures: true,
    },
    {
      key: 'basis',
      title: say('basis'),
      extra: true,
      text: ({ basis }) => basis,
      render: ({ basis }) => <To href={`/exchange/agreements/${basis}`}>{shortId(basis)}</To>,
    },
    {
      key: 'content',
      title: say('content'),
      extra: true,
      text: ({ rows, predictions }) =>
        rows === null ? say('contentKept') : JSON.stringify({ rows, predictions }),
      render: (row) => <Content inference={row} />,
    },
  ];
}

function Content({ inference: { rows, predictions } }: { inference: Inference }) {
  const say = useWords(words);
  if (rows === null) return <span className="serving-quiet">{say('contentKept')}</span>;
  const answers = predictions ?? [];
  return (
    <ul className="serving-content">
      {rows.map((row, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a journal keep their places
        <li key={place}>
          <code>
            {JSON.stringify(row)} → {JSON.stringify(answers[place] ?? null)}
          </code>
        </li>
      ))}
    </ul>
  );
}
