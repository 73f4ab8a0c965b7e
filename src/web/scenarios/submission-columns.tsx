import { usePick, useWords } from '#web/i18n.ts';
import type { Column } from '#web/ui/data-list.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { When } from '#web/ui/when.tsx';
import { submissionMark } from './call-course.ts';
import { stateKey } from './leaderboard-table.tsx';
import type { SubmissionRow } from './views.ts';
import { words } from './words.ts';

type Columns = readonly [Column<SubmissionRow>, ...Column<SubmissionRow>[]];

/** The columns of a list of submissions. */
export function useSubmissionColumns(): Columns {
  const say = useWords(words);
  const pick = usePick();
  return [
    {
      key: 'name',
      title: say('name'),
      text: ({ name, teamName }) =>
        name === null ? say('submissionOf', { team: teamName ?? '' }) : pick(name),
    },
    {
      key: 'team',
      title: say('team'),
      text: ({ teamName }) => teamName ?? say('baseline'),
    },
    {
      key: 'state',
      title: say('state'),
      text: ({ state, reason }) =>
        reason === null ? say(stateKey(state)) : `${say(stateKey(state))} ${pick(reason.sentence)}`,
      render: ({ state, reason }) => (
        <span className="stack-tight">
          <StateTag state={submissionMark(state)} label={say(stateKey(state))} />
          {reason !== null && <small className="quiet">{pick(reason.sentence)}</small>}
        </span>
      ),
    },
    {
      key: 'score',
      title: say('score'),
      text: ({ score }) => (score === null ? '–' : String(score)),
      figures: true,
    },
    {
      key: 'rank',
      title: say('rank'),
      text: ({ rank }) => (rank === null ? '–' : String(rank)),
      figures: true,
    },
    {
      key: 'received',
      title: say('received'),
      text: ({ receivedAt }) => receivedAt,
      render: ({ receivedAt }) => <When at={receivedAt} />,
    },
  ];
}
