import { useWords } from '#web/i18n.ts';
import { Command } from '#web/ui/copy-text.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { clientWords } from './client-words.ts';
import type { Repository } from './repository-frame.tsx';

/** How clients of the Hugging Face Hub get a repository from here; programs are not in that API. */
export function ClientSnippet({ repository }: { repository: Repository }) {
  const say = useWords(clientWords);
  const { kind, address } = repository;
  if (kind === 'program') return null;
  const type = kind === 'dataset' ? ' --repo-type dataset' : '';
  return (
    <Section title={say('title')}>
      <p className="hub-kept">{say('why')}</p>
      <Command text={`HF_ENDPOINT=${window.location.origin} hf download ${address}${type}`} />
    </Section>
  );
}
