import { useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { StateMark } from '#web/ui/state-tag.tsx';
import { missingParts, type NeededPart, neededParts } from './missing-parts.ts';
import type { CallView } from './views.ts';
import { words } from './words.ts';

const names = {
  title: 'title',
  page: 'task',
  rules: 'rules',
  publicData: 'publicData',
  hiddenData: 'hiddenData',
  scorer: 'scorer',
  metric: 'metric',
  limits: 'limits',
  closesAt: 'closes',
  notice: 'noticePeriod',
} as const satisfies Record<NeededPart, string>;

/** What a draft still needs before it can be published; nothing once it is complete. */
export function DraftPart({ call }: { call: CallView }) {
  const say = useWords(words);
  if (call.state !== 'draft' || call.draft === null) return null;
  const missing = missingParts(call.draft);
  if (missing.length === 0) return null;
  return (
    <Section
      title={say('beforePublication')}
      action={
        <ButtonLink icon="pencil" href={`/scenarios/calls/${call.callId}/edit`}>
          {say('goOnWriting')}
        </ButtonLink>
      }
    >
      <ul className="needed">
        {neededParts.map((part) => {
          const isMissing = missing.includes(part);
          return (
            <li key={part}>
              <StateMark state={isMissing ? 'draft' : 'done'} />
              {say(names[part])}
              {isMissing && <span className="quiet">{say('stillMissing')}</span>}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
