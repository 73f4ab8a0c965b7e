import { BoardLink, MeasuredSection } from '#web/assurance/measured-section.tsx';
import { formatBytes } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { PartyName } from '#web/parties/party-name.tsx';
import { EndpointSection } from '#web/serving/endpoint-section.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { Markdown } from '#web/ui/markdown.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { CardResults, UsedIn } from './card-results.tsx';
import { cardWords } from './card-words.ts';
import { ClientSnippet } from './client-snippet.tsx';
import { GatePanel } from './gate-panel.tsx';
import { type Repository, RepositoryFrame } from './repository-frame.tsx';
import { RevisionFindings } from './revision-findings.tsx';
import { RevisionTrust } from './revision-trust.tsx';
import { type RevisionDetail, ShownRevision } from './shown-revision.tsx';
import { TrialSection } from './trial-section.tsx';
import { words } from './words.ts';

/** The card of a repository: what it is, in the words of who made it. */
export function RepositoryPage() {
  return (
    <RepositoryFrame>
      {(repository) => (
        <PageBody side={<Side repository={repository} />}>
          <GatePanel repository={repository} />
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
  const { card } = revision;
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
        <RevisionFindings revision={revision} />
      </Section>
      {repository.kind !== 'dataset' && (
        <MeasuredSection
          repositoryId={repository.id}
          revisionDigest={revision.revisionDigest}
          mayWrite={repository.may.write}
        />
      )}
      <CardResults repositoryId={repository.id} revisionDigest={revision.revisionDigest} />
      <TrialSection repository={repository} revision={revision} />
      <EndpointSection repositoryId={repository.id} mayWrite={repository.may.write} />
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
      <ClientSnippet repository={repository} />
      {repository.kind === 'dataset' && repository.headDigest !== null && <Croissant id={id} />}
      {repository.kind === 'dataset' && <BoardLink repositoryId={id} />}
      {repository.headDigest !== null && <UsedIn revisionDigest={repository.headDigest} />}
      <FactsOf subjectType="hub.repository" subject={id} />
    </>
  );
}

/** The dataset as loaders of Croissant read it; named in the head of the page for those that look there. */
function Croissant({ id }: { id: string }) {
  const say = useWords(cardWords);
  const href = `/api/v1/hub/repositories/${id}/croissant`;
  const type = 'application/ld+json; profile="http://mlcommons.org/croissant/1.1"';
  return (
    <>
      <link rel="alternate" type={type} href={href} />
      <ButtonLink icon="download" href={href} download="croissant.json">
        {say('croissant')}
      </ButtonLink>
    </>
  );
}
