import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { ErrorState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { useKeepCase } from './use-keep-case.ts';
import { useNames } from './use-names.ts';
import type { CaseView, EventView } from './views.ts';
import { words } from './words.ts';

const eventWords = {
  opened: 'eventOpened',
  step_opened: 'eventStepOpened',
  decided: 'eventDecided',
  escalated: 'eventEscalated',
  assigned: 'eventAssigned',
  objected: 'eventObjected',
  objection_decided: 'eventObjectionDecided',
  objection_withdrawn: 'eventObjectionWithdrawn',
  commented: 'eventCommented',
  withdrawn: 'eventWithdrawn',
  closed: 'eventClosed',
} as const satisfies Record<EventView['kind'], string>;

/** What happened in a case, comments in their place, and a field for the next one. */
export function CaseHistory({ found }: { found: CaseView }) {
  const say = useWords(words);
  const pick = usePick();
  const nameOf = useNames(found);
  const titles = new Map(found.steps.map(({ name, title }) => [name, pick(title)]));
  const textOf = ({ kind, step }: EventView) =>
    say(eventWords[kind], { step: titles.get(step ?? '') ?? step ?? '' });
  return (
    <Section title={say('history')}>
      <ol className="case-history">
        {found.history.map((event, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
          <li key={place}>
            <When at={event.at} />
            <div>
              <p>
                {textOf(event)}
                {event.actor !== null && <span className="quiet"> {nameOf(event.actor)}</span>}
              </p>
              {event.kind === 'commented' && event.text !== null && (
                <blockquote>{event.text}</blockquote>
              )}
            </div>
          </li>
        ))}
      </ol>
      {found.actions.includes('comment') && <Comment caseId={found.caseId} />}
    </Section>
  );
}

const commentCharacters = 4_000;

function Comment({ caseId }: { caseId: string }) {
  const api = useApi();
  const say = useWords(words);
  const keep = useKeepCase();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const comment = useMutation(api.cases.comment.mutationOptions({ onSuccess: keep }));
  const send = async () => {
    if (text.trim() === '') return;
    setProblem(null);
    try {
      await comment.mutateAsync({ caseId, text: text.trim() });
      setText('');
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return (
    <form
      className="comment"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <PlainText
        name="comment"
        label={say('comment')}
        help={say('commentHelp')}
        lines={2}
        charactersMax={commentCharacters}
        value={text}
        onChange={setText}
      />
      <Button type="submit" busy={comment.isPending} disabled={text.trim() === ''}>
        {say('send')}
      </Button>
      {problem !== null && <ErrorState problem={problem} />}
    </form>
  );
}
