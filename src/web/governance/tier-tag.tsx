import { useWords } from '#web/i18n.ts';
import './governance.css';
import type { Tier } from './views.ts';
import { words } from './words.ts';

/** A tier as a word on its own tint; the word says it, the colour repeats it. */
export function TierTag({ tier }: { tier: Tier }) {
  const say = useWords(words);
  return <span className={`tier tier-${tier}`}>{say(tier)}</span>;
}
