import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { callsOf } from '#verify/statement.ts';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { FormProblem } from '#web/ui/states.tsx';
import { parseMoney } from './money.ts';
import { agreementHref, type OfferView } from './views.ts';
import { words } from './words.ts';

/** Draws up an agreement for an organisation of the reader's. */
export function Propose({ offer }: { offer: OfferView }) {
  const api = useApi();
  const say = useWords(words);
  const router = useRouter();
  const queries = useQueryClient();
  const { buyers, priceMinor, offerId } = offer;
  const [buyerId, setBuyerId] = useState(buyers[0]?.partyId ?? '');
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const creditMinor = parseMoney(typed);
  const calls = creditMinor === null ? 0 : callsOf(creditMinor, priceMinor);
  const wrong = creditMinor === null ? say('creditMissing') : calls < 1 && say('creditLittle');
  const draftId = buyers.find(({ partyId }) => partyId === buyerId)?.draftId ?? null;
  const send = async () => {
    setTried(true);
    if (creditMinor === null || calls < 1) return;
    setBusy(true);
    setProblem(null);
    try {
      const input = { offerId, buyerId, creditMinor };
      const { agreementId } = await api.exchange.proposeAgreement.call(input);
      await queries.invalidateQueries({ queryKey: api.exchange.key() });
      router.history.push(agreementHref(agreementId));
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  return (
    <Section title={say('propose')}>
      <form
        className="exchange-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void send();
        }}
      >
        <p className="quiet">{say('proposeWhy')}</p>
        <PlainChoice
          name="buyerId"
          label={say('buyer')}
          help={say('buyerHelp')}
          required
          value={buyerId}
          onChange={setBuyerId}
          options={buyers.map(({ partyId, name }) => ({ value: partyId, label: name }))}
        />
        <PlainText
          name="credit"
          label={say('credit')}
          help={wrong === false ? say('buys', { count: calls }) : say('creditHelp')}
          required
          value={typed}
          onChange={setTyped}
          all={tried}
          problem={wrong === false ? undefined : wrong}
        />
        {problem !== null && <FormProblem problem={problem} />}
        <div className="exchange-files">
          <Button kind="main" type="submit" busy={busy}>
            {say('drawUp')}
          </Button>
          {draftId !== null && (
            <ButtonLink href={agreementHref(draftId)}>{say('openDraft')}</ButtonLink>
          )}
        </div>
      </form>
    </Section>
  );
}
