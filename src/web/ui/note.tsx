import { useWords } from '#web/i18n.ts';
import './note.css';
import { words } from './words.ts';

export type NoteKind = 'simulated' | 'replayed' | 'injected';

/**
 * Says, in the line of a number or a name, that it is simulated, replayed or contains injected
 * faults.
 */
export function Note({ kind }: { kind: NoteKind }) {
  const say = useWords(words);
  return <em className="note">{say(kind)}</em>;
}
