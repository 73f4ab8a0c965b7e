import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { SignInLink } from '#web/session/sign-in-link.tsx';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Markdown } from '#web/ui/markdown.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { GateField } from './gate-field.tsx';
import { gateWords } from './gate-words.ts';
import type { Repository } from './repository-frame.tsx';

type Gate = NonNullable<Repository['gate']>;

const marks = { pending: 'waiting', accepted: 'done', rejected: 'failed' } as const;

/** What a reader of a gated repository may do: ask for its files, or see what became of that. */
export function GatePanel({ repository }: { repository: Repository }) {
  const say = useWords(gateWords);
  const { gate, gated, may } = repository;
  if (gate === null || gated === false || may.write) return null;
  const { request, form } = gate;
  return (
    <Section
      title={form.heading ?? say('title')}
      action={
        request !== null && <StateTag state={marks[request.state]} label={say(request.state)} />
      }
    >
      {request === null ? (
        <>
          <p className="hub-kept">{form.description ?? say(gated)}</p>
          {!may.readFiles && <AskAccess repositoryId={repository.id} gate={gate} />}
        </>
      ) : (
        <>
          <p className="hub-kept">{say(`${request.state}Why`)}</p>
          {request.reason !== '' && <p className="hub-older">{request.reason}</p>}
        </>
      )}
    </Section>
  );
}

function AskAccess({ repositoryId, gate: { form } }: { repositoryId: string; gate: Gate }) {
  const api = useApi();
  const say = useWords(gateWords);
  const queries = useQueryClient();
  const { account } = useSession();
  const [asking, setAsking] = useState(false);
  const [answers, setAnswers] = useState<Record<string, string>>({});
  if (account === null) return <SignInLink kind="main">{say('signIn')}</SignInLink>;
  const verb = form.button ?? say('ask');
  const answered = form.fields.every(({ name }) => (answers[name] ?? '').trim() !== '');
  return (
    <>
      <Button kind="main" onClick={() => setAsking(true)}>
        {verb}
      </Button>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={verb}
        verb={verb}
        ready={answered}
        done={say('asked')}
        send={async () => {
          await api.hub.askAccess.call({ repositoryId, answers });
          await queries.invalidateQueries({ queryKey: api.hub.key() });
        }}
      >
        {form.prompt !== null && <Markdown source={form.prompt} level={1} />}
        {form.fields.map((field) => (
          <GateField
            key={field.name}
            field={field}
            value={answers[field.name] ?? ''}
            onChange={(value) => setAnswers((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        {!answered && <p className="hub-kept">{say('answerAll')}</p>}
      </Ask>
    </>
  );
}
