import { formatBytes } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { PartyName } from '#web/parties/party-name.tsx';
import { Markdown } from '#web/ui/markdown.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { type Repository, RepositoryFrame } from './repository-frame.tsx';
import { RevisionTrust } from './revision-trust.tsx';
import { type RevisionDetail, ShownRevision } from './shown-revision.tsx';
import { words } from './words.ts';

/** The card of a repository: what it is, in the words of who made it. */
export function RepositoryPage() {
  return (
    <RepositoryFrame>
      {(repository) => (
        <PageBody side={<Side repository={repository} />}>
          <ShownRevision repository={repository}>
            {(revision) => <CardOf repository={repository} revision={revision} />}
          </ShownRevision>
        </PageBody>
      )}
    </RepositoryFrame>
  );
}

function CardOf({ repository, revision }: { repository: Repository; revision: RevisionDetail }) {
  const say = useWords(words);
  const { card, cautionsCount } = revision;
  return (
    <>
      <Section
        title={say('revisionNumber', { count: revision.number })}
        action={<RevisionTrust repository={repository} revision={revision} />}
      >
        <Properties
          rows={[
            [say('message'), revision.message || say('noMessage')],
            [say('published'), <When key="published" at={revision.publishedAt} />],
            [say('author'), <PartyName key="author" id={revision.authorId} />],
            [
              say('size'),
              say('filesAndSize', {
                count: revision.filesCount,
                size: formatBytes(revision.sizeBytes),
              }),
            ],
          ]}
        />
        {cautionsCount > 0 && (
          <p className="hub-caution">{say('cautions', { count: cautionsCount })}</p>
        )}
      </Section>
      {card === null ? (
        <EmptyState what={say('noCard')} why={say('noCardWhy')} />
      ) : (
        <Section title={card.path}>
          <Markdown source={card.text} />
          <Metadata metadata={card.metadata} />
        </Section>
      )}
    </>
  );
}

function Metadata({ metadata }: { metadata: Readonly<Record<string, unknown>> }) {
  const say = useWords(words);
  const entries = Object.entries(metadata);
  if (entries.length === 0) return null;
  const text = (value: unknown) =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
  return (
    <details className="hub-metadata">
      <summary>{say('metadata')}</summary>
      <Properties rows={entries.map(([key, value]) => [key, text(value)])} />
    </details>
  );
}

function Side({ repository }: { repository: Repository }) {
  const say = useWords(words);
  const { id, ownerId, name, licence, sector, task, tags, createdAt, updatedAt } = repository;
  return (
    <>
      <Section title={say('about')}>
        <Properties
          rows={[
            [say('owner'), <PartyName key="owner" id={ownerId} />],
            [say('name'), <code key="name">{name}</code>],
            [say('licence'), licence || say('noLicence')],
            ...(sector === null ? [] : [[say('sector'), sector] as const]),
            ...(task === null ? [] : [[say('task'), task] as const]),
            ...(tags.length === 0 ? [] : [[say('tags'), tags.join(' ')] as const]),
            [say('created'), <When key="created" at={createdAt} />],
            [say('updated'), <When key="updated" at={updatedAt} />],
          ]}
        />
      </Section>
      <FactsOf subjectType="hub.repository" subject={id} />
    </>
  );
}
