import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Command } from '#web/ui/copy-text.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { offlinePageHref, verifyCommand } from '#web/verify/offline.ts';
import { type Certificate, evidenceHref } from './certificate-view.ts';
import { certificateWords } from './certificate-words.ts';

/** How anybody checks a certificate, with and without this platform. */
export function CertificateHow({ certificate }: { certificate: Certificate }) {
  const api = useApi();
  const say = useWords(certificateWords);
  const { data: ledger } = useQuery(api.kernel.getLedger.queryOptions({ input: {} }));
  const { certificateId } = certificate;
  const file = `${certificateId}.json`;
  return (
    <Section title={say('how')}>
      <p className="evaluation-quiet">{say('howFile')}</p>
      <ol className="certificate-ways">
        <li>
          <span>{say('howBrowser')}</span>
          <ButtonLink icon="download" href={evidenceHref(certificateId)} download={file}>
            {say('download')}
          </ButtonLink>
        </li>
        <li>
          <span>{say('howOffline')}</span>
          <ButtonLink icon="download" href={offlinePageHref} download="touyan-verify.html">
            {say('offlinePage')}
          </ButtonLink>
        </li>
        <li>
          <span>{say('howTerminal')}</span>
          {ledger !== undefined && <Command text={verifyCommand(file, ledger)} />}
        </li>
      </ol>
    </Section>
  );
}
