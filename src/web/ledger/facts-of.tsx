import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { usePartyNames } from '#web/parties/party-name.tsx';
import { FactTimeline } from '#web/ui/side.tsx';
import { factWords, isFactKind } from './fact-words.ts';

const shown = 12;

/** What the sentence of a fact is, by its kind; the kind itself where no words are known. */
export function useFactSentence(): (kind: string) => string {
  const say = useWords(factWords);
  return (kind) => (isFactKind(kind) ? say(kind) : kind);
}

/** The page of all facts about one thing. */
export const factsHref = (subjectType: string, subject: string): string =>
  `/facts?${new URLSearchParams({ type: subjectType, subject })}`;

/** The newest facts about one thing, as they happened. */
export function FactsOf({ subjectType, subject }: { subjectType: string; subject: string }) {
  const api = useApi();
  const sentence = useFactSentence();
  const { data } = useQuery(
    api.kernel.listFacts.queryOptions({ input: { subjectType, subject, limit: shown } }),
  );
  const names = usePartyNames(data?.items.map(({ actor }) => actor) ?? []);
  if (data === undefined) return null;
  return (
    <FactTimeline
      facts={data.items.map(({ id, kind, time, actor }) => ({
        id,
        at: time,
        sentence: sentence(kind),
        actor: names(actor),
        href: factsHref(subjectType, subject),
      }))}
    />
  );
}
