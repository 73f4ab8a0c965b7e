import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { usePartyNames } from '#web/parties/party-name.tsx';
import { TrustDrawer } from '#web/ui/trust-drawer.tsx';
import type { Repository } from './repository-frame.tsx';
import { words } from './words.ts';

type Revision = Outputs['hub']['listRevisions']['items'][number];

const factsMax = 100;

/**
 * Why a revision is what it was: its digest, and the fact by which it was announced. Facts of a
 * repository come in the order of its revisions, the n-th publication being revision n.
 */
export function RevisionTrust({
  repository,
  revision,
}: {
  repository: Repository;
  revision: Revision;
}) {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const { id: subject, revisionsCount, title } = repository;
  const { data } = useQuery(
    api.kernel.listFacts.queryOptions({
      input: { subjectType: 'hub.repository', subject, limit: factsMax },
    }),
  );
  const { data: ledger } = useQuery(api.kernel.getLedger.queryOptions({ input: {} }));
  const author = usePartyNames([revision.authorId])(revision.authorId);
  const announced = data?.items.filter(({ kind }) => kind === 'hub.revision_published') ?? [];
  const fact = announced[revisionsCount - revision.number];
  if (fact === undefined) return null;
  const place =
    fact.position === null || ledger === undefined
      ? {}
      : { place: { index: fact.position, size: ledger.size } };
  return (
    <TrustDrawer
      trust={{
        sentence: say('trustSentence', { name: pick(title), number: revision.number }),
        factId: fact.id,
        at: fact.time,
        actor: author,
        level: 'included',
        ...place,
        digests: [{ name: say('revisionDigest'), value: revision.revisionDigest }],
        note: <p>{say('trustHow')}</p>,
      }}
    />
  );
}
