import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatBytes } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { FileSheet } from './file-sheet.tsx';
import { type TreeNode, treeOf } from './file-tree.ts';
import { fileHref } from './hub-address.ts';
import { InspectionMark } from './inspection-mark.tsx';
import { inspectionWords } from './inspection-words.ts';
import { RepositoryFrame } from './repository-frame.tsx';
import { RevisionFindings } from './revision-findings.tsx';
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
          {(revision) => <Files revision={revision} own={repository.may.write} />}
        </ShownRevision>
      )}
    </RepositoryFrame>
  );
}

function Files({ revision, own }: { revision: RevisionDetail; own: boolean }) {
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
          own={own}
          files={pages.flatMap(({ items }) => items)}
          total={pages[0]?.total ?? 0}
        />
      )}
    </Loaded>
  );
}

type TreeProps = {
  revision: RevisionDetail;
  /** Those who publish it download without being warned. */
  own: boolean;
  files: readonly File[];
  total: number;
};

function Tree({ revision, own, files, total }: TreeProps) {
  const say = useWords(words);
  const [wanted, setWanted] = useState('');
  const [shown, setShown] = useState<File | null>(null);
  const found = files.filter(({ path }) => path.toLowerCase().includes(wanted.toLowerCase()));
  const open = wanted !== '' || files.length <= openBelow;
  return (
    <Section title={say('filesAndSize', { count: total, size: formatBytes(revision.sizeBytes) })}>
      <RevisionFindings revision={revision} />
      {total > openBelow && (
        <PlainText name="wanted" label={say('filterFiles')} value={wanted} onChange={setWanted} />
      )}
      {found.length === 0 && <p className="hub-kept">{say('filesNone')}</p>}
      <ul className="file-tree">
        {treeOf(found).map((node) => (
          <Node key={node.name} {...{ node, open, revision, own }} onShow={setShown} />
        ))}
      </ul>
      {total > files.length && files.length >= filesMax && (
        <p className="hub-kept">{say('moreFiles', { count: total - files.length })}</p>
      )}
      <FileSheet revision={revision} own={own} file={shown} onClose={() => setShown(null)} />
    </Section>
  );
}

type NodeProps = {
  node: TreeNode<File>;
  open: boolean;
  revision: RevisionDetail;
  own: boolean;
  onShow: (file: File) => void;
};

function Node(props: NodeProps) {
  const { node, open, revision, own, onShow } = props;
  const say = useWords(words);
  const sayOf = useWords(inspectionWords);
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
      <InspectionMark inspection={file.inspection} />
      <span className="file-size figures">{formatBytes(file.sizeBytes)}</span>
      {file.inspection.state === 'danger' && !own ? (
        <Button
          kind="quiet"
          icon="download"
          aria-label={`${say('download')} ${file.path}: ${sayOf('danger')}`}
          title={say('download')}
          onClick={() => onShow(file)}
        />
      ) : (
        <ButtonLink
          kind="quiet"
          icon="download"
          href={href}
          download
          aria-label={`${say('download')} ${file.path}`}
          title={say('download')}
        />
      )}
    </li>
  );
}
