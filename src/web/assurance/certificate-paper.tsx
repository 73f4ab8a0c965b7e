import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { formatInstant, formatPercent } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Properties } from '#web/ui/page-body.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { TrustDrawer } from '#web/ui/trust-drawer.tsx';
import { type NumberKey, readFace } from './certificate-document.ts';
import { type Certificate, certificateMark, evidenceHref } from './certificate-view.ts';
import { certificateWords } from './certificate-words.ts';
import { scoreText } from './evaluation-score.ts';
import { IntervalBar } from './interval-bar.tsx';
import { words } from './words.ts';

/** The certificate as one reads and prints it: what it says, of what, within which limits. */
export function CertificatePaper({ certificate }: { certificate: Certificate }) {
  const say = useWords(certificateWords);
  const assurance = useWords(words);
  const pick = usePick();
  const { certificateId, title, holderId, holderName, issuerId, score, state } = certificate;
  const { issuedAt, validUntil, document } = certificate;
  const face = readFace(document);
  return (
    <article className="certificate" data-state={state} aria-label={say('paper')}>
      <header className="certificate-head">
        <p>{say('paper')}</p>
        <StateTag state={certificateMark[state]} label={say(state)} />
      </header>
      <h2>{pick(title)}</h2>
      <p className="certificate-holder">
        {say('awardedTo')} <To href={`/parties/${holderId}`}>{holderName}</To>
      </p>
      <div className="certificate-score">
        <span>{say('score')}</span>
        <strong className="figures">{scoreText(score)}</strong>
        <CertificateTrust certificate={certificate} />
      </div>
      {face.interval !== null && (
        <>
          <IntervalBar score={score} {...face.interval} />
          <p className="evaluation-quiet figures">
            {assurance('interval', {
              low: scoreText(face.interval.low),
              high: scoreText(face.interval.high),
            })}
          </p>
        </>
      )}
      <dl className="evaluation-numbers">
        {face.numbers.map(({ key, value }) => (
          <div key={key}>
            <dt>{assurance(key)}</dt>
            <dd className="figures">{numberText(key, value)}</dd>
          </div>
        ))}
      </dl>
      <Properties
        rows={[
          [say('scope'), pick(face.scope)],
          [say('limits'), pick(face.limits)],
          [say('dataKind'), say(face.hidden ? 'hidden' : 'public')],
          [say('issuedBy'), <PartyName key="issuer" id={issuerId} />],
          [
            say('validity'),
            say('fromTo', { from: formatInstant(issuedAt), to: formatInstant(validUntil) }),
          ],
          [say('number'), <code key="number">{certificateId}</code>],
        ]}
      />
      <div className="certificate-print">
        <p>{say('printed')}</p>
        <Properties
          rows={[
            [say('documentDigest'), certificate.documentDigest],
            ...face.digests.map(({ key, value }) => [assurance(key), value] as const),
          ]}
        />
      </div>
    </article>
  );
}

const shares: ReadonlySet<NumberKey> = new Set(['precision', 'recall']);
const numberText = (key: NumberKey, value: number) =>
  shares.has(key) ? formatPercent(value) : String(value);

function CertificateTrust({ certificate }: { certificate: Certificate }) {
  const api = useApi();
  const say = useWords(certificateWords);
  const assurance = useWords(words);
  const { certificateId, facts, issuedAt, holderName, level, documentDigest } = certificate;
  const { data } = useQuery(
    api.kernel.listFacts.queryOptions({
      input: { subjectType: 'assurance.certificate', subject: certificateId, limit: 25 },
    }),
  );
  const { data: ledger } = useQuery(api.kernel.getLedger.queryOptions({ input: {} }));
  const position = data?.items.find(({ id }) => id === facts.issued)?.position ?? null;
  return (
    <TrustDrawer
      trust={{
        sentence: say('trustSentence'),
        factId: facts.issued,
        at: issuedAt,
        actor: holderName,
        level,
        ...(position === null || ledger === undefined
          ? {}
          : { place: { index: position, size: ledger.size } }),
        digests: [
          { name: say('documentDigest'), value: documentDigest },
          { name: say('scoreFact'), value: facts.score },
          ...readFace(certificate.document).digests.map(({ key, value }) => ({
            name: assurance(key),
            value,
          })),
        ],
        proofHref: evidenceHref(certificateId),
      }}
    />
  );
}
