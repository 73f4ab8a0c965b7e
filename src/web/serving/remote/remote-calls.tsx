import { useWords } from '#web/i18n.ts';
import { Command } from '#web/ui/copy-text.tsx';
import { Section } from '#web/ui/page-body.tsx';
import type { TrialDetail } from '../trial-view.tsx';
import { RemoteChat } from './remote-chat.tsx';
import { snippetsOf } from './remote-snippets.ts';
import { remoteWords } from './remote-words.ts';

/** A place to try a language model elsewhere, and how to call it. */
export function RemoteCalls({ trial: { trialId, task } }: { trial: TrialDetail }) {
  const say = useWords(remoteWords);
  const embeds = task === 'feature-extraction';
  return (
    <>
      {!embeds && <RemoteChat trialId={trialId} />}
      <Section title={say('howToCall')}>
        <p className="serving-quiet">{say('howToCallWhy')}</p>
        <div className="serving-stack">
          {snippetsOf({ origin: location.origin, trialId, embeds }).map((text) => (
            <Command key={text} text={text} />
          ))}
        </div>
      </Section>
    </>
  );
}
