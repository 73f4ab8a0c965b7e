import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatInstant } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { Ask } from '#web/ui/ask.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { PageBody } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import './certificate.css';
import { CertificateHow } from './certificate-how.tsx';
import { CertificatePaper } from './certificate-paper.tsx';
import { type Certificate, certificateMark, evidenceHref } from './certificate-view.ts';
import { certificateWords } from './certificate-words.ts';

/** One certificate, public and fit to print. */
export function CertificatePage() {
  const api = useApi();
  const say = useWords(certificateWords);
  const certificateId = useParameter('certificateId');
  const query = useQuery(api.assurance.getCertificate.queryOptions({ input: { certificateId } }));
  useLive(
    query.data === undefined ? undefined : 'assurance.certificate',
    api.assurance.getCertificate.key(),
  );
  return (
    <>
      {query.data === undefined && (
        <PageHead
          name={say('certificate')}
          parent={{ name: say('title'), href: '/certificates' }}
        />
      )}
      <Loaded query={query} lines={8}>
        {(certificate) => (
          <>
            <CertificateHead certificate={certificate} />
            <PageBody
              side={
                <FactsOf subjectType="assurance.certificate" subject={certificate.certificateId} />
              }
            >
              <CertificatePaper certificate={certificate} />
              <CertificateHow certificate={certificate} />
            </PageBody>
          </>
        )}
      </Loaded>
    </>
  );
}

function CertificateHead({ certificate }: { certificate: Certificate }) {
  const say = useWords(certificateWords);
  const pick = usePick();
  const [asking, setAsking] = useState(false);
  const { certificateId, state, title, validUntil, actions, evaluationId } = certificate;
  const { revokedAt, revokedReason } = certificate;
  const why =
    state === 'revoked'
      ? say('revokedWhy', {
          at: formatInstant(revokedAt ?? validUntil),
          reason: revokedReason ?? '',
        })
      : say(state === 'valid' ? 'validWhy' : 'expiredWhy', { at: formatInstant(validUntil) });
  return (
    <>
      <PageHead
        name={pick(title)}
        parent={{ name: say('title'), href: '/certificates' }}
        state={<StateTag state={certificateMark[state]} label={say(state)} />}
        why={why}
        main={
          <ButtonLink kind="main" icon="verify" href={`/verify?certificate=${certificateId}`}>
            {say('verify')}
          </ButtonLink>
        }
        more={(close) => (
          <>
            <a
              className="menu-item"
              href={evidenceHref(certificateId)}
              download={`${certificateId}.json`}
              onClick={close}
            >
              {say('download')}
            </a>
            <button
              type="button"
              className="menu-item"
              onClick={() => {
                close();
                print();
              }}
            >
              {say('print')}
            </button>
            <a className="menu-item" href={`/assurance/evaluations/${evaluationId}`}>
              {say('evaluation')}
            </a>
            {actions.includes('revoke') && (
              <button
                type="button"
                className="menu-item"
                onClick={() => {
                  close();
                  setAsking(true);
                }}
              >
                {say('revoke')}
              </button>
            )}
          </>
        )}
      />
      <Revoke certificateId={certificateId} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

function Revoke({
  certificateId,
  open,
  onClose,
}: {
  certificateId: string;
  open: boolean;
  onClose: () => void;
}) {
  const api = useApi();
  const say = useWords(certificateWords);
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const missing = reason.trim() === '';
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('revoke')}
      verb={say('revoke')}
      done={say('revokeDone')}
      danger
      ready={!missing}
      send={async () => {
        await api.assurance.revokeCertificate.call({ certificateId, reason });
        await queries.invalidateQueries({ queryKey: api.assurance.key() });
        await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
      }}
    >
      <p>{say('revokeWhy')}</p>
      <PlainText
        name="reason"
        label={say('reason')}
        help={say('reasonHelp')}
        lines={3}
        charactersMax={2000}
        required
        value={reason}
        onChange={setReason}
        {...(missing ? { problem: say('reasonMissing') } : {})}
      />
    </Ask>
  );
}
