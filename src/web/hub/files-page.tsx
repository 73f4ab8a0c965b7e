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
import { To } from '#web/ui/to.tsx';
import { FileSheet } from './file-sheet.tsx';
import { type TreeNode, treeOf } from './file-tree.ts';
import { gateWords } from './gate-words.ts';
import { fileHref, hubHref } from './hub-address.ts';
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
          {(revision) => (
            <Files revision={revision} own={repository.may.write} open={repository.may.readFiles} />
          )}
        </ShownRevision>
      )}
    </RepositoryFrame>
  );
}

function Files({ revision, own, open }: Pick<TreeProps, 'revision' | 'own' | 'open'>) {
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
          open={open}
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
  /** False where the files are gated for the reader. */
  open: boolean;
  files: readonly File[];
  total: number;
};

function Tree({ revision, own, open, files, total }: TreeProps) {
  const say = useWords(words);
  const [wanted, setWanted] = useState('');
  const [shown, setShown] = useState<File | null>(null);
  const found = files.filter(({ path }) => path.toLowerCase().includes(wanted.toLowerCase()));
  const unfolded = wanted !== '' || files.length <= openBelow;
  return (
    <Section title={say('filesAndSize', { count: total, size: formatBytes(revision.sizeBytes) })}>
      {!open && <Closed repositoryId={revision.repositoryId} />}
      <RevisionFindings revision={revision} />
      {total > openBelow && (
        <PlainText name="wanted" label={say('filterFiles')} value={wanted} onChange={setWanted} />
      )}
      {found.length === 0 && <p className="hub-kept">{say('filesNone')}</p>}
      <ul className="file-tree">
        {treeOf(found).map((node) => (
          <Node key={node.name} {...{ node, unfolded, revision, own, open }} onShow={setShown} />
        ))}
      </ul>
      {total > files.length && files.length >= filesMax && (
        <p className="hub-kept">{say('moreFiles', { count: total - files.length })}</p>
      )}
      <FileSheet
        revision={revision}
        own={own}
        open={open}
        file={shown}
        onClose={() => setShown(null)}
      />
    </Section>
  );
}

/** Why there is nothing to download. */
function Closed({ repositoryId }: { repositoryId: string }) {
  const say = useWords(gateWords);
  return (
    <p className="hub-older">
      {say('filesClosed')} <To href={hubHref(repositoryId)}>{say('toAsk')}</To>
    </p>
  );
}

type NodeProps = Pick<TreeProps, 'revision' | 'own' | 'open'> & {
  node: TreeNode<File>;
  unfolded: boolean;
  onShow: (file: File) => void;
};

function Node(props: NodeProps) {
  const { node, unfolded, revision, own, open, onShow } = props;
  const say = useWords(words);
  const sayOf = useWords(inspectionWords);
  if (node.kind === 'folder') {
    return (
      <li>
        <details open={unfolded}>
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
      {!open ? null : file.inspection.state === 'danger' && !own ? (
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
