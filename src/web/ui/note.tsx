import { usePick, useWords } from '#web/i18n.ts';
import type { Bilingual } from '#web/words.ts';
import './note.css';
import { words } from './words.ts';

export type NoteKind = 'simulated' | 'replayed' | 'injected';

/**
 * Says, in the line of a number or a name, that it is simulated, replayed or contains injected
 * faults: in the portal's words, or in `text`, those of whoever published it.
 */
export function Note(props: { kind: NoteKind } | { text: Bilingual }) {
  const say = useWords(words);
  const pick = usePick();
  return <em className="note">{'text' in props ? pick(props.text) : say(props.kind)}</em>;
}
