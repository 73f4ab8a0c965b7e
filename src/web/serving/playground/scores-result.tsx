import type { TaskOutputs } from '#contract/serving';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { PlainTable } from '#web/ui/plain-table.tsx';
import type { CsvTable } from './csv-rows.ts';
import { playgroundWords } from './playground-words.ts';
import { ScoreChart } from './score-chart.tsx';

const shownMax = 50;
const columnsMax = 6;

type ScoresProps = { table: CsvTable; scores: TaskOutputs['anomaly-detection'] };

/** The score of each row over the table, and the rows that were flagged with what is in them. */
export function ScoresResult({ table, scores }: ScoresProps) {
  const say = useWords(playgroundWords);
  const { points, threshold } = scores;
  const flagged = points.flatMap(({ score, flag }, place) =>
    flag === 1 ? [{ place, score, cells: table.rows[place] ?? [] }] : [],
  );
  const shown = flagged.slice(0, shownMax);
  const isFigure = (place: number) =>
    shown.every(({ cells }) => !Number.isNaN(Number(cells[place])));
  const said = { count: flagged.length, rows: points.length, threshold: formatNumber(threshold) };
  return (
    <>
      <p>{say('flagged', said)}</p>
      <ScoreChart scores={scores} />
      {flagged.length > 0 && (
        <PlainTable
          name={say('flaggedDot')}
          rows={shown}
          rowKey={({ place }) => String(place)}
          columns={[
            { key: 'row', title: say('rowNumber'), cell: ({ place }) => formatNumber(place + 1) },
            {
              key: 'score',
              title: say('scoreOfRow'),
              figures: true,
              cell: ({ score }) => formatNumber(score),
            },
            ...table.columns.slice(0, columnsMax).map((title, place) => ({
              ...{ key: `column ${place}`, title, figures: isFigure(place) },
              cell: ({ cells }: { cells: readonly string[] }) => cells[place],
            })),
          ]}
        />
      )}
      {flagged.length > shownMax && <p className="play-quiet">{say('cut', { count: shownMax })}</p>}
    </>
  );
}
