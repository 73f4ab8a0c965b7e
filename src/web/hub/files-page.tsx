import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatBytes } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { Icon } from '#web/ui/icon.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { FileSheet } from './file-sheet.tsx';
import { type TreeNode, treeOf } from './file-tree.ts';
import { fileHref } from './hub-address.ts';
import { RepositoryFrame } from './repository-frame.tsx';
import { type RevisionDetail, ShownRevision } from './shown-revision.tsx';
import { words } from './words.ts';

export type File = Outputs['hub']['listFiles']['items'][number];

const pageFiles = 100;
/** A tree of more is no tree to read; the archive holds all. */
const filesMax = 2_000;
/** Folders of a small revision stand open. */
const openBelow = 60;

/** The files of a revision as a tree. */
export function FilesPage() {
  return (
    <RepositoryFrame>
      {(repository) => (
        <ShownRevision repository={repository}>
          {(revision) => <Files revision={revision} />}
        </ShownRevision>
      )}
    </RepositoryFrame>
  );
}

function Files({ revision }: { revision: RevisionDetail }) {
  const api = useApi();
  const { repositoryId, revisionDigest } = revision;
  const query = useInfiniteQuery(
    api.hub.listFiles.infiniteOptions({
      input: (cursor: string | undefined) => ({
        repositoryId,
        revisionDigest,
        limit: pageFiles,
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    }),
  );
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const count = (query.data?.pages.length ?? 0) * pageFiles;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && count < filesMax) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, count, fetchNextPage]);
  return (
    <Loaded query={query} lines={8}>
      {({ pages }) => (
        <Tree
          revision={revision}
          files={pages.flatMap(({ items }) => items)}
          total={pages[0]?.total ?? 0}
        />
      )}
    </Loaded>
  );
}

type TreeProps = { revision: RevisionDetail; files: readonly File[]; total: number };

function Tree({ revision, files, total }: TreeProps) {
  const say = useWords(words);
  const [wanted, setWanted] = useState('');
  const [shown, setShown] = useState<File | null>(null);
  const found = files.filter(({ path }) => path.toLowerCase().includes(wanted.toLowerCase()));
  const open = wanted !== '' || files.length <= openBelow;
  return (
    <Section title={say('filesAndSize', { count: total, size: formatBytes(revision.sizeBytes) })}>
      {total > openBelow && (
        <PlainText name="wanted" label={say('filterFiles')} value={wanted} onChange={setWanted} />
      )}
      {found.length === 0 && <p className="hub-kept">{say('filesNone')}</p>}
      <ul className="file-tree">
        {treeOf(found).map((node) => (
          <Node key={node.name} node={node} open={open} revision={revision} onShow={setShown} />
        ))}
      </ul>
      {total > files.length && files.length >= filesMax && (
        <p className="hub-kept">{say('moreFiles', { count: total - files.length })}</p>
      )}
      <FileSheet revision={revision} file={shown} onClose={() => setShown(null)} />
    </Section>
  );
}

type NodeProps = {
  node: TreeNode<File>;
  open: boolean;
  revision: RevisionDetail;
  onShow: (file: File) => void;
};

function Node(props: NodeProps) {
  const { node, open, revision, onShow } = props;
  const say = useWords(words);
  if (node.kind === 'folder') {
    return (
      <li>
        <details open={open}>
          <summary>
            <span className="file-name">{node.name}/</span>
            <span className="file-size figures">{formatBytes(node.sizeBytes)}</span>
          </summary>
          <ul className="file-tree">
            {node.children.map((child) => (
              <Node {...props} key={child.name} node={child} />
            ))}
          </ul>
        </details>
      </li>
    );
  }
  const { file, name } = node;
  const href = fileHref(revision.repositoryId, revision.revisionDigest, file.path);
  return (
    <li className="file-line">
      <Button kind="quiet" className="file-name" onClick={() => onShow(file)}>
        {name}
      </Button>
      {file.caution !== null && (
        <span className="hub-caution" title={say('caution')}>
          <Icon name="alert" />
          <span className="unseen">{say('caution')}</span>
        </span>
      )}
      <span className="file-size figures">{formatBytes(file.sizeBytes)}</span>
      <ButtonLink
        kind="quiet"
        icon="download"
        href={href}
        download
        aria-label={`${say('download')} ${file.path}`}
        title={say('download')}
      />
    </li>
  );
}
