import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { verifyCommand } from '#web/verify/offline.ts';
import { Button, ButtonLink } from './button.tsx';
import { Command, Digest } from './copy-text.tsx';
import { Properties } from './page-body.tsx';
import { Sheet } from './sheet.tsx';
import './trust-drawer.css';
import { trustWords } from './trust-words.ts';
import { When } from './when.tsx';

const proofLevels = ['included', 'recomputed', 'attested'] as const;
export type ProofLevel = (typeof proofLevels)[number];

/** What one number or paper rests on. */
export type Trust = {
  /** What the fact says, as a sentence. */
  sentence: string;
  factId: string;
  at: string;
  actor?: string;
  level: ProofLevel;
  /** Place in the log and its size then. */
  place?: { index: number; size: number };
  /** Named digests: of the fact, the data, the scorer. */
  digests: readonly { name: string; value: string }[];
  /** Where the proof file is downloaded; absent where there is none yet. */
  proofHref?: string;
  /** A remark that belongs to the number, such as that its data are replayed. */
  note?: ReactNode;
};

/**
 * The button 为什么可信 and the drawer it opens: fact, proof level, digests, download, how to verify.
 */
export function TrustDrawer({ trust, label }: { trust: Trust; label?: string }) {
  const say = useWords(trustWords);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="quiet" icon="proof" className="trust-button" onClick={() => setOpen(true)}>
        {label ?? say('trust')}
      </Button>
      <Sheet open={open} onClose={() => setOpen(false)} title={say('trust')}>
        <TrustBody trust={trust} />
      </Sheet>
    </>
  );
}

function TrustBody({ trust }: { trust: Trust }) {
  const say = useWords(trustWords);
  const api = useApi();
  const { data: ledger } = useQuery(api.kernel.getLedger.queryOptions({ input: {} }));
  const fileName = `${trust.factId}.proof.json`;
  return (
    <div className="trust">
      <p className="trust-sentence">{trust.sentence}</p>
      {trust.note}
      <Properties
        rows={[
          [say('when'), <When key="at" at={trust.at} />],
          ...(trust.actor === undefined ? [] : [[say('actor'), trust.actor] as const]),
          [say('fact'), <Digest key="fact" value={trust.factId} />],
          ...(trust.place === undefined
            ? []
            : [[say('place'), `${trust.place.index} / ${trust.place.size}`] as const]),
          ...trust.digests.map(
            ({ name, value }) => [name, <Digest key={value} value={value} />] as const,
          ),
        ]}
      />
      <section>
        <h3>{say('proofLevel')}</h3>
        <ol className="trust-levels">
          {proofLevels.map((level) => (
            <li
              key={level}
              data-reached={level === 'included' || level === trust.level || undefined}
            >
              <strong aria-current={level === trust.level || undefined}>{say(level)}</strong>
              <span>{say(`${level}Why`)}</span>
            </li>
          ))}
        </ol>
      </section>
      {trust.proofHref !== undefined && (
        <section>
          <h3>{say('howToVerify')}</h3>
          <p>{say('howOnline')}</p>
          <p>{say('howOffline')}</p>
          {ledger !== undefined && <Command text={verifyCommand(fileName, ledger)} />}
        </section>
      )}
      <div className="trust-actions">
        {trust.proofHref !== undefined && (
          <ButtonLink kind="main" icon="download" href={trust.proofHref} download={fileName}>
            {say('downloadProof')}
          </ButtonLink>
        )}
        <ButtonLink icon="verify" href="/verify">
          {say('openVerify')}
        </ButtonLink>
      </div>
    </div>
  );
}
