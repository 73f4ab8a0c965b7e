import { useState } from 'react';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { When } from '#web/ui/when.tsx';
import type { IncidentDetail } from './views.ts';
import { words } from './words.ts';

const shownMax = 100;

type Reading = IncidentDetail['evidence'][number];

/** The same readings as a table, once somebody asks for them. */
export function EvidenceTable({ evidence }: { evidence: readonly Reading[] }) {
  const say = useWords(words);
  const [shown, setShown] = useState(false);
  if (evidence.length === 0) return null;
  if (!shown) {
    return (
      <p>
        <Button kind="quiet" onClick={() => setShown(true)}>
          {say('values')}
        </Button>
      </p>
    );
  }
  const names = [...new Set(evidence.flatMap(({ values }) => Object.keys(values)))];
  return (
    <PlainTable<Reading>
      name={say('values')}
      rows={evidence.slice(-shownMax)}
      rowKey={({ at }) => at}
      columns={[
        { key: 'at', title: say('observedAt'), cell: ({ at }) => <When at={at} /> },
        ...names.map((name) => ({
          key: name,
          title: name,
          cell: ({ values }: Reading) => written(values[name]),
          figures: true,
        })),
        {
          key: 'matched',
          title: say('state'),
          cell: ({ matched }) => say(matched ? 'fitted' : 'notFitted'),
        },
        {
          key: 'score',
          title: say('score'),
          cell: ({ score }) => (score === null ? '–' : formatNumber(score, 3)),
          figures: true,
        },
      ]}
    />
  );
}

function written(value: number | string | boolean | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'number' ? formatNumber(value, 3) : String(value);
}
