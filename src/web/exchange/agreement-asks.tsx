import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callsOf } from '#verify/statement.ts';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { moneyText, parseMoney } from './money.ts';
import type { AgreementView } from './views.ts';
import { words } from './words.ts';

type AskProps = { agreement: AgreementView; open: boolean; onClose: () => void };

/** Reads an agreement again wherever it is shown. */
function useReadAgain() {
  const api = useApi();
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: api.exchange.key() });
    await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
  };
}

/** A last look at what one signs, and for whom. */
export function SignAgreement({ agreement, open, onClose }: AskProps) {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const readAgain = useReadAgain();
  const [read, setRead] = useState(false);
  const { agreementId, documentDigest, state, currency, creditMinor, priceMinor } = agreement;
  const side = state === 'draft' ? agreement.buyerName : agreement.sellerName;
  const calls = callsOf(creditMinor, priceMinor);
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('sign')}
      verb={say('sign')}
      done={say('signDone')}
      final
      ready={read}
      summary={[
        [say('agreement'), pick(agreement.title)],
        [say('signFor'), side],
        [say('price'), say('perCall', { price: moneyText(priceMinor, currency) })],
        [say('toPrepay'), `${moneyText(creditMinor, currency)} · ${say('buys', { count: calls })}`],
      ]}
      send={async () => {
        await api.exchange.signAgreement.call({ agreementId, documentDigest });
        await readAgain();
      }}
    >
      <p>{say('signWhy')}</p>
      <label className="exchange-read">
        <input type="checkbox" checked={read} onChange={() => setRead(!read)} />
        {say('readTerms')}
      </label>
    </Ask>
  );
}

/** Ends it, with a reason that both parties read. */
export function EndAgreement({ agreement, open, onClose }: AskProps) {
  const api = useApi();
  const say = useWords(words);
  const readAgain = useReadAgain();
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('end')}
      verb={say('end')}
      done={say('endDone')}
      danger
      final
      reason={{ label: say('endReason'), help: say('endReasonHelp') }}
      send={async (reason) => {
        await api.exchange.endAgreement.call({ agreementId: agreement.agreementId, reason });
        await readAgain();
      }}
    >
      <p>{say('endWhy')}</p>
    </Ask>
  );
}

/** More credit, by a simulated payment. A retry after a lost answer counts once. */
export function AddCredit({ agreement, open, onClose }: AskProps) {
  const api = useApi();
  const say = useWords(words);
  const readAgain = useReadAgain();
  const [typed, setTyped] = useState('');
  const [requestId, setRequestId] = useState(() => crypto.randomUUID());
  const amountMinor = parseMoney(typed);
  const good = amountMinor !== null && amountMinor > 0;
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('addCredit')}
      verb={say('addCredit')}
      done={say('addCreditDone')}
      ready={good}
      send={async () => {
        if (!good) return;
        const { agreementId } = agreement;
        await api.exchange.addCredit.call({ agreementId, amountMinor, requestId });
        setRequestId(crypto.randomUUID());
        setTyped('');
        await readAgain();
      }}
    >
      <p>{say('addCreditWhy')}</p>
      <PlainText
        name="amount"
        label={say('credit')}
        help={say('creditHelp')}
        required
        value={typed}
        onChange={setTyped}
        problem={good ? undefined : say('creditMissing')}
      />
    </Ask>
  );
}
