import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatBytes } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { fileHref } from './hub-address.ts';
import { type Repository, RepositoryFrame } from './repository-frame.tsx';
import { words } from './words.ts';

type Difference = Outputs['hub']['compareRevisions'];

/** Which files differ between two revisions. */
export function ComparePage() {
  return <RepositoryFrame>{(repository) => <Compare repository={repository} />}</RepositoryFrame>;
}

function Compare({ repository }: { repository: Repository }) {
  const api = useApi();
  const say = useWords(words);
  const [to] = useQueryParameter('to');
  const [from] = useQueryParameter('from');
  const { id: repositoryId, head } = repository;
  const revisionDigest = to || head?.revisionDigest || '';
  const input = { repositoryId, revisionDigest, ...(from === '' ? {} : { from }) };
  const query = useQuery(
    api.hub.compareRevisions.queryOptions({ input, enabled: revisionDigest !== '' }),
  );
  const numberOf = useRevisionNumbers(repositoryId, [from, revisionDigest]);
  if (revisionDigest === '') {
    return <EmptyState what={say('noRevision')} why={say('noRevisionWhy')} />;
  }
  return (
    <>
      <p className="hub-kept">
        {say('compareWhy', { from: numberOf(from), to: numberOf(revisionDigest) })}
      </p>
      <Loaded query={query} lines={6}>
        {(difference) => <Differences repositoryId={repositoryId} difference={difference} />}
      </Loaded>
    </>
  );
}

function useRevisionNumbers(repositoryId: string, digests: readonly string[]) {
  const api = useApi();
  const [from = '', to = ''] = digests;
  const one = useQuery(
    api.hub.getRevision.queryOptions({
      input: { repositoryId, revisionDigest: from },
      enabled: from !== '',
    }),
  );
  const other = useQuery(
    api.hub.getRevision.queryOptions({
      input: { repositoryId, revisionDigest: to },
      enabled: to !== '',
    }),
  );
  return (digest: string): string => {
    if (digest === '') return String((other.data?.number ?? 1) - 1);
    const found = [one.data, other.data].find((each) => each?.revisionDigest === digest);
    return found === undefined ? '…' : String(found.number);
  };
}

function Differences({
  repositoryId,
  difference,
}: {
  repositoryId: string;
  difference: Difference;
}) {
  const say = useWords(words);
  const { added, removed, changed, renamed, sizeBytesChange, to } = difference;
  const counts = [
    [say('added'), difference.addedCount],
    [say('removed'), difference.removedCount],
    [say('changed'), difference.changedCount],
    [say('renamed'), difference.renamedCount],
  ] as const;
  if (counts.every(([, count]) => count === 0)) {
    return <EmptyState what={say('same')} why={say('sameWhy')} />;
  }
  const sign = sizeBytesChange < 0 ? '−' : '+';
  const link = (path: string) => (
    <a href={fileHref(repositoryId, to, path)} download>
      {path}
    </a>
  );
  return (
    <div className="hub-differences">
      <p className="figures">
        {counts.map(([name, count]) => `${name} ${count}`).join(' · ')} · {say('sizeChange')} {sign}
        {formatBytes(Math.abs(sizeBytesChange))}
      </p>
      <Part
        title={say('changed')}
        rows={changed.map((each) => ({
          ...each,
          name: link(each.path),
          before: each.sizeBytesBefore,
        }))}
      />
      <Part title={say('added')} rows={added.map((each) => ({ ...each, name: link(each.path) }))} />
      <Part title={say('removed')} rows={removed.map((each) => ({ ...each, name: each.path }))} />
      <Part
        title={say('renamed')}
        rows={renamed.map((each) => ({ ...each, name: `${each.pathBefore} → ${each.path}` }))}
      />
    </div>
  );
}

type PartRow = { path: string; name: React.ReactNode; sizeBytes: number; before?: number };

function Part({ title, rows }: { title: string; rows: readonly PartRow[] }) {
  if (rows.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="file-tree">
        {rows.map(({ path, name, sizeBytes, before }) => (
          <li key={path} className="file-line">
            <span className="file-name">{name}</span>
            <span className="file-size figures">
              {before === undefined ? '' : `${formatBytes(before)} → `}
              {formatBytes(sizeBytes)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
