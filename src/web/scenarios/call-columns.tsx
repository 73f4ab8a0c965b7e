import { usePick, useWords } from '#web/i18n.ts';
import type { Column } from '#web/ui/data-list.tsx';
import { Note } from '#web/ui/note.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { When } from '#web/ui/when.tsx';
import { type CallState, callMark } from './call-course.ts';
import { usePlaces } from './place-words.ts';
import type { CallRow } from './views.ts';
import { words } from './words.ts';

/** The columns of a list of calls. */
export function useCallColumns(): readonly [Column<CallRow>, ...Column<CallRow>[]] {
  const say = useWords(words);
  const pick = usePick();
  const { sectorName, districtName } = usePlaces();
  return [
    {
      key: 'title',
      title: say('title'),
      text: ({ title }) => pick(title),
      render: ({ title, simulated }) => (
        <>
          {pick(title)} {simulated && <Note text={simulated} />}
        </>
      ),
    },
    {
      key: 'state',
      title: say('state'),
      text: ({ state }) => say(state),
      render: ({ state }) => <CallStateTag state={state} />,
    },
    { key: 'owner', title: say('owner'), text: ({ ownerName }) => ownerName },
    {
      key: 'teams',
      title: say('teams'),
      text: ({ teams }) => String(teams),
      figures: true,
    },
    {
      key: 'submissions',
      title: say('submissions'),
      text: ({ submissions }) => String(submissions),
      figures: true,
    },
    {
      key: 'closes',
      title: say('closes'),
      text: ({ closesAt }) => closesAt ?? '',
      render: ({ closesAt }) => (closesAt === null ? '–' : <When at={closesAt} />),
    },
    {
      key: 'sector',
      title: say('sector'),
      text: ({ sector }) => sectorName(sector),
      extra: true,
    },
    {
      key: 'district',
      title: say('district'),
      text: ({ district }) => districtName(district),
      extra: true,
    },
  ];
}

/** The state of a call as a word with its mark. */
export function CallStateTag({ state }: { state: CallState }) {
  const say = useWords(words);
  return <StateTag state={callMark(state)} label={say(state)} />;
}
