import { useQuery } from '@tanstack/react-query';
import { formatBytes } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Digest } from '#web/ui/copy-text.tsx';
import { Markdown } from '#web/ui/markdown.tsx';
import { Properties } from '#web/ui/page-body.tsx';
import { Sheet } from '#web/ui/sheet.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { FileInspectionPart } from './file-inspection.tsx';
import type { File } from './files-page.tsx';
import { fileHref } from './hub-address.ts';
import { inspectionWords } from './inspection-words.ts';
import type { RevisionDetail } from './shown-revision.tsx';
import { words } from './words.ts';

const shownBytes = 65_536;
const readable = /^text\/|json|yaml|toml|sql|xml|javascript|typescript/;

/** One file: size, digest, download, what was found in it, and its beginning where it is text. */
export function FileSheet({
  revision,
  own,
  open,
  file,
  onClose,
}: {
  revision: RevisionDetail;
  own: boolean;
  /** False where the files are gated for the reader: it has no bytes to show. */
  open: boolean;
  file: File | null;
  onClose: () => void;
}) {
  const say = useWords(words);
  const sayOf = useWords(inspectionWords);
  const warned = !own && file?.inspection.state === 'danger';
  const href =
    file === null ? '' : fileHref(revision.repositoryId, revision.revisionDigest, file.path);
  return (
    <Sheet
      open={file !== null}
      onClose={onClose}
      title={file?.path ?? ''}
      foot={
        open && (
          <>
            {warned && (
              <p className="inspection-note inspection-note-danger">{sayOf('downloadDanger')}</p>
            )}
            <ButtonLink {...(warned ? {} : { kind: 'main' })} icon="download" href={href} download>
              {warned ? sayOf('downloadAnyway') : say('download')}
            </ButtonLink>
          </>
        )
      }
    >
      {file !== null && (
        <>
          <Properties
            rows={[
              [say('size'), formatBytes(file.sizeBytes)],
              [say('digest'), <Digest key="digest" value={file.digest} />],
            ]}
          />
          <FileInspectionPart revision={revision} path={file.path} />
          {open && readable.test(file.mediaType) && file.sizeBytes > 0 && (
            <Beginning href={href} file={file} />
          )}
        </>
      )}
    </Sheet>
  );
}

/** The first 64 KiB of a text; Markdown as it reads. */
function Beginning({ href, file }: { href: string; file: File }) {
  const say = useWords(words);
  const query = useQuery({
    queryKey: ['hub', 'beginning', href],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const headers = { range: `bytes=0-${Math.min(shownBytes, file.sizeBytes) - 1}` };
      const response = await fetch(href, { headers, signal });
      if (!response.ok) throw new TypeError(`fetch of ${file.path}: ${response.status}`);
      return response.text();
    },
  });
  return (
    <Loaded query={query}>
      {(text) => (
        <>
          {file.mediaType === 'text/markdown' ? (
            <Markdown source={text.replace(/^---\n[\s\S]*?\n---\n/, '')} />
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
            <pre className="file-text" tabIndex={0}>
              {text}
            </pre>
          )}
          {file.sizeBytes > shownBytes && <p className="hub-kept">{say('fileCut')}</p>}
        </>
      )}
    </Loaded>
  );
}
