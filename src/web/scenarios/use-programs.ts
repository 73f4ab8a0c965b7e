import { useQueries, useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Bilingual } from '#web/words.ts';
import { type Dial, dialsOf, entryOf } from './program-dials.ts';

/** A program that one can turn: its revision, its file to run, its dials. */
export type TurnableProgram = {
  readonly repositoryId: string;
  readonly revisionDigest: string;
  readonly entry: string | undefined;
  readonly title: Bilingual;
  readonly summary: Bilingual;
  readonly runtime: string;
  readonly dials: readonly [Dial, ...Dial[]];
};

const programsRead = 24;
const staleMs = 300_000;

/**
 * The algorithms that the reader may see and whose card declares a dial. Those that the call has
 * seen already come first, then what runs everywhere, which JavaScript does.
 */
export function usePrograms(seen: ReadonlySet<string>) {
  const api = useApi();
  const listed = useQuery(
    api.hub.listRepositories.queryOptions({
      input: { kind: 'algorithm', limit: programsRead },
      staleTime: staleMs,
    }),
  );
  const details = useQueries({
    queries: (listed.data?.items ?? []).map(({ id }) =>
      api.hub.getRepository.queryOptions({ input: { repositoryId: id }, staleTime: staleMs }),
    ),
  });
  const pending = listed.isPending || details.some(({ isPending }) => isPending);
  const programs: TurnableProgram[] = [];
  for (const { data } of details) {
    const metadata = data?.head?.card?.metadata ?? {};
    const [first, ...rest] = dialsOf(metadata);
    if (data?.head == null || first === undefined) continue;
    programs.push({
      repositoryId: data.id,
      revisionDigest: data.head.revisionDigest,
      entry: entryOf(metadata),
      title: data.title,
      summary: data.summary,
      runtime: typeof metadata.runtime === 'string' ? metadata.runtime : 'javascript',
      dials: [first, ...rest],
    });
  }
  const weight = (program: TurnableProgram) =>
    (seen.has(program.revisionDigest) ? 0 : 2) + (program.runtime === 'javascript' ? 0 : 1);
  programs.sort((one, other) => weight(one) - weight(other));
  return { pending, programs };
}
