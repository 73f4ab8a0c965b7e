import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatBytes } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { FormProblem } from '#web/ui/states.tsx';
import { CardCheck, useCardProblems } from './card-check.tsx';
import { DropZone } from './drop-zone.tsx';
import { formWords } from './form-words.ts';
import { hubHref } from './hub-address.ts';
import { type Repository, RepositoryFrame } from './repository-frame.tsx';
import { UploadLine } from './upload-line.tsx';
import { useUploads } from './use-uploads.ts';

/** Files, a message, publish: a revision from the browser. */
export function PublishPage() {
  return <RepositoryFrame>{(repository) => <Publish repository={repository} />}</RepositoryFrame>;
}

function Publish({ repository }: { repository: Repository }) {
  const say = useWords(formWords);
  const { uploads, add, remove, again } = useUploads(repository.id);
  const [message, setMessage] = useState('');
  const [keeps, setKeeps] = useState(false);
  const card = useCardProblems(uploads);
  const { publish, busy, problem } = usePublish(repository);
  const sizeBytes = uploads.reduce((sum, { file }) => sum + file.size, 0);
  const ready =
    uploads.length > 0 && uploads.every(({ state }) => state === 'uploaded') && card.fits;
  return (
    <div className="hub-publish">
      <p className="hub-kept">{say('publishWhy')}</p>
      <DropZone onFiles={add} />
      {uploads.length > 0 && (
        <Section
          title={say('filesHead')}
          action={
            <span className="figures">
              {say('filesTotal', { count: uploads.length, size: formatBytes(sizeBytes) })}
            </span>
          }
        >
          <ul className="file-tree">
            {uploads.map((upload) => (
              <UploadLine
                key={upload.path}
                upload={upload}
                onRemove={() => remove(upload.path)}
                onAgain={() => again(upload.path)}
              />
            ))}
          </ul>
          <CardCheck check={card} />
        </Section>
      )}
      <form
        className="hub-publish-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) void publish({ uploads, message, keeps });
        }}
      >
        <PlainText
          name="message"
          label={say('message')}
          help={say('messageHelp')}
          lines={2}
          charactersMax={500}
          value={message}
          onChange={setMessage}
        />
        {repository.head !== null && (
          <label className="hub-keep">
            <input
              type="checkbox"
              checked={keeps}
              onChange={(event) => setKeeps(event.target.checked)}
            />
            <span>
              {say('keep')}
              <small>{say('keepHelp')}</small>
            </span>
          </label>
        )}
        {problem !== null && <FormProblem problem={problem} />}
        <Button kind="main" type="submit" busy={busy} disabled={!ready}>
          {say(busy ? 'publishing' : 'publishDo')}
        </Button>
      </form>
    </div>
  );
}

const pageFiles = 100;

type Draft = { uploads: ReturnType<typeof useUploads>['uploads']; message: string; keeps: boolean };

function usePublish(repository: Repository) {
  const api = useApi();
  const say = useWords(formWords);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { id: repositoryId, head } = repository;

  const filesOfHead = async () => {
    if (head === null) return [];
    const files: { path: string; digest: string }[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: { path: string; digest: string }[]; nextCursor: string | null } =
        await api.hub.listFiles.call({
          repositoryId,
          revisionDigest: head.revisionDigest,
          limit: pageFiles,
          ...(cursor === '' ? {} : { cursor }),
        });
      files.push(...page.items.map(({ path, digest }) => ({ path, digest })));
      cursor = page.nextCursor;
    }
    return files;
  };
  const publish = async ({ uploads, message, keeps }: Draft) => {
    setBusy(true);
    setProblem(null);
    try {
      const files = new Map(
        (keeps ? await filesOfHead() : []).map(({ path, digest }) => [path, digest]),
      );
      for (const upload of uploads) {
        if (upload.state === 'uploaded') files.set(upload.path, upload.digest);
      }
      const { revision, created } = await api.hub.publishRevision.call({
        repositoryId,
        message,
        parent: head?.revisionDigest ?? null,
        files: [...files].map(([path, digest]) => ({ path, digest })),
      });
      announce(say(created ? 'published' : 'sameFiles', { number: revision.number }));
      await queries.invalidateQueries({ queryKey: api.hub.key() });
      router.history.push(hubHref(repositoryId));
    } catch (error) {
      setProblem(toProblem(error));
    }
    setBusy(false);
  };
  return { publish, busy, problem };
}
