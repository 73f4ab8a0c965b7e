import { useWords } from '#web/i18n.ts';
import { Section } from './page-body.tsx';
import { StateMark } from './state-tag.tsx';
import './side.css';
import { To } from './to.tsx';
import { When } from './when.tsx';
import { words } from './words.ts';

export type FactLine = {
  id: string;
  at: string;
  /** What happened, as a sentence. */
  sentence: string;
  actor?: string;
  href?: string;
};

/** The facts of a thing, the newest first. */
export function FactTimeline({ facts }: { facts: readonly FactLine[] }) {
  const say = useWords(words);
  return (
    <Section title={say('facts')}>
      {facts.length === 0 && <p className="side-none">{say('noFacts')}</p>}
      <ol className="fact-timeline">
        {facts.map(({ id, at, sentence, actor, href }) => (
          <li key={id}>
            <p>{href === undefined ? sentence : <To href={href}>{sentence}</To>}</p>
            <p className="side-note">
              <When at={at} />
              {actor !== undefined && <span>{actor}</span>}
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}

export type Deadline = { name: string; at: string; met: boolean };

/** What is due when; what is overdue says so in words. */
export function Deadlines({ deadlines }: { deadlines: readonly Deadline[] }) {
  const say = useWords(words);
  return (
    <Section title={say('deadlines')}>
      <ul className="side-list">
        {deadlines.map(({ name, at, met }) => {
          const overdue = !met && Date.parse(at) < Date.now();
          return (
            <li key={name}>
              <StateMark state={met ? 'done' : overdue ? 'failed' : 'waiting'} />
              <span>{name}</span>
              <span className="side-note">
                <When at={at} />
                {overdue && <strong className="side-overdue">{say('overdue')}</strong>}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

export type Person = { name: string; role: string; href?: string };

/** Who has to do with it, and as what. */
export function People({ people }: { people: readonly Person[] }) {
  const say = useWords(words);
  return (
    <Section title={say('people')}>
      <ul className="side-list">
        {people.map(({ name, role, href }) => (
          <li key={`${name} ${role}`}>
            <span>{href === undefined ? name : <To href={href}>{name}</To>}</span>
            <span className="side-note">{role}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
