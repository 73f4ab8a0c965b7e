import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { ErrorState, Loading } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { FileDrop } from './file-drop.tsx';
import { Keys } from './keys.tsx';
import { keysText, offlinePageHref, offlineScriptHref } from './offline.ts';
import { ReportView } from './report-view.tsx';
import { Tamper } from './tamper.tsx';
import { useVerifier } from './use-verifier.ts';
import './verify.css';
import { words } from './words.ts';

export type EvidenceFile = { readonly name: string; readonly text: string };

/** Checks an evidence file in this browser; with `?try=tamper` it hands one out to be altered. */
export function VerifyPage() {
  const say = useWords(words);
  const [file, setFile] = useState<EvidenceFile | null>(null);
  const [altered, setAltered] = useState<string | null>(null);
  const [trying, setTrying] = useQueryParameter('try');
  const { keys, setKeys, platformKeys } = useKeys();
  const open = (next: EvidenceFile) => {
    setFile(next);
    setAltered(null);
  };
  const fetched = useFetchedEvidence(file === null ? open : null);
  const tampering = trying === 'tamper';
  const text = altered ?? file?.text ?? null;
  const result = useVerifier(text, keys);
  return (
    <>
      <PageHead
        name={say('title')}
        why={say('why')}
        more={(close) => (
          <>
            <a className="menu-item" href={offlinePageHref} download onClick={close}>
              {say('offlinePage')}
            </a>
            <a className="menu-item" href={offlineScriptHref} download onClick={close}>
              {say('offlineScript')}
            </a>
            <To className="menu-item" href="/ledger">
              {say('ledger')}
            </To>
          </>
        )}
      />
      <div className="verify" data-tampering={(tampering && file !== null) || undefined}>
        <div className="verify-give">
          <FileDrop
            file={file}
            busy={fetched.isFetching}
            onFile={open}
            onTry={(tamper) => {
              setFile(null);
              setTrying(tamper ? 'tamper' : 'verify');
            }}
          />
          {fetched.isError && <ErrorState problem={toProblem(fetched.error)} />}
          {tampering && file !== null && (
            <Tamper key={file.name} file={file} result={result} onAltered={setAltered} />
          )}
          <Keys keys={keys} platformKeys={platformKeys} onKeys={setKeys} />
        </div>
        <div className="verify-result" role="status" aria-busy={result.checking || undefined}>
          {file !== null && result.outcome === null && <Loading lines={6} />}
          {file !== null && result.outcome !== null && result.verifier !== null && (
            <ReportView
              name={file.name}
              outcome={result.outcome}
              verifier={result.verifier}
              {...(tampering ? {} : { onTamper: () => setTrying('tamper') })}
            />
          )}
        </div>
      </div>
    </>
  );
}

/** The keys in the field: the platform's until the reader gives others. */
function useKeys() {
  const api = useApi();
  const { data: ledger } = useQuery(api.kernel.getLedger.queryOptions({ input: {} }));
  const platformKeys = ledger === undefined ? '' : keysText(ledger);
  const [own, setOwn] = useState<string | null>(null);
  return { keys: own ?? platformKeys, setKeys: setOwn, platformKeys };
}

/**
 * The evidence of the certificate, statement or indicator that the address names, or of the newest certificate
 * when the reader wants to try; handed over once.
 */
function useFetchedEvidence(take: ((file: EvidenceFile) => void) | null) {
  const api = useApi();
  const [named] = useQueryParameter('certificate');
  const [indicatorId] = useQueryParameter('indicator');
  const [period] = useQueryParameter('period');
  const [agreementId] = useQueryParameter('statement');
  const [trying] = useQueryParameter('try');
  const asked = [named, indicatorId, agreementId, trying].some((each) => each !== '');
  const wanted = take !== null && asked;
  const query = useQuery({
    queryKey: ['verify', 'evidence', named, indicatorId, period, agreementId],
    enabled: wanted,
    queryFn: async () => {
      if (indicatorId !== '') {
        const evidence = await api.observatory.getIndicatorEvidence.call({ indicatorId, period });
        return { name: `${indicatorId}-${period}.json`, text: JSON.stringify(evidence, null, 2) };
      }
      if (agreementId !== '') {
        const evidence = await api.exchange.getStatementEvidence.call({ agreementId });
        return { name: `statement-${agreementId}.json`, text: JSON.stringify(evidence, null, 2) };
      }
      const certificateId =
        named ||
        (await api.assurance.listCertificates.call({ state: 'valid', limit: 1 })).items[0]
          ?.certificateId;
      if (certificateId === undefined) return null;
      const evidence = await api.assurance.certificateEvidence.call({ certificateId });
      return { name: `${certificateId}.json`, text: JSON.stringify(evidence, null, 2) };
    },
  });
  const { data } = query;
  useEffect(() => {
    if (wanted && data) take(data);
  }, [wanted, data, take]);
  return query;
}
