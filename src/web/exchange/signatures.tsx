import { useWords } from '#web/i18n.ts';
import { usePartyNames } from '#web/parties/party-name.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { TrustDrawer } from '#web/ui/trust-drawer.tsx';
import { When } from '#web/ui/when.tsx';
import type { AgreementView } from './views.ts';
import { words } from './words.ts';

const sides = ['buyer', 'seller'] as const;

/** Who has signed what, when, for whom. */
export function Signatures({ agreement }: { agreement: AgreementView }) {
  const say = useWords(words);
  const { signatures, documentDigest } = agreement;
  const names = usePartyNames(signatures.map(({ signedBy }) => signedBy));
  const last = signatures.at(-1);
  return (
    <Section
      title={say('signatures')}
      action={
        last !== undefined && (
          <TrustDrawer
            trust={{
              sentence: say('signTrust'),
              factId: last.factId,
              at: last.signedAt,
              level: 'included',
              digests: [{ name: say('documentDigest'), value: documentDigest }],
            }}
          />
        )
      }
    >
      <ul className="exchange-signatures">
        {sides.map((side) => {
          const signature = signatures.find((each) => each.side === side);
          return (
            <li key={side} className="exchange-signature">
              <strong>{say(side)}</strong>
              {signature === undefined ? (
                <span>
                  <StateTag state="waiting" label={say('notSigned')} />
                </span>
              ) : (
                <div>
                  <p>
                    {say('signedBy', {
                      person: names(signature.signedBy),
                      party: signature.partyName,
                    })}{' '}
                    <When at={signature.signedAt} />
                  </p>
                  <details>
                    <summary>{say('signNote')}</summary>
                    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
                    <pre tabIndex={0}>{signature.note}</pre>
                  </details>
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
