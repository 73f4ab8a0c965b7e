import { useWords } from '#web/i18n.ts';
import { shortId } from '#web/parties/party-name.tsx';
import { To } from '#web/ui/to.tsx';
import { words } from './words.ts';

/** What a job is run for, leading there where the portal has a page of it. */
export function JobBasis({ basis }: { basis: string }) {
  const say = useWords(words);
  if (basis === '') return <span>{say('ofItself')}</span>;
  if (!basis.startsWith('evaluation_')) return <span>{shortId(basis)}</span>;
  return (
    <To href={`/assurance/evaluations/${basis}`}>
      {say('ofEvaluation')} {basis.slice(-6)}
    </To>
  );
}
