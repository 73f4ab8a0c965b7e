import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import type { Bilingual } from '#web/words.ts';
import { moneyText, shareText } from './money.ts';
import { words } from './words.ts';

type TermsProps = {
  currency: string;
  priceMinor: number;
  platformShareBps: number;
  terms: { validDays: number; callsMax: number | null; purpose: Bilingual };
  /** What is prepaid, and how many calls that buys; absent on an offer. */
  prepaid?: { creditMinor: number; calls: number };
};

/** What one agrees to, in plain words; the document says the same to machines. */
export function Terms({ currency, priceMinor, platformShareBps, terms, prepaid }: TermsProps) {
  const say = useWords(words);
  const pick = usePick();
  const { validDays, callsMax, purpose } = terms;
  return (
    <ol className="exchange-terms">
      <li>{say('termPrice', { price: moneyText(priceMinor, currency) })}</li>
      <li>
        {prepaid === undefined
          ? say('termPrepaid')
          : say('termCredit', {
              credit: moneyText(prepaid.creditMinor, currency),
              calls: formatNumber(prepaid.calls),
            })}
      </li>
      <li>{say('termShare', { share: shareText(platformShareBps) })}</li>
      <li>{say('termDays', { days: formatNumber(validDays) })}</li>
      <li>
        {callsMax === null
          ? say('termCallsFree')
          : say('termCalls', { calls: formatNumber(callsMax) })}
      </li>
      <li>{say('termPurpose', { purpose: pick(purpose) })}</li>
      <li>{say('termProgram')}</li>
      <li>{say('termApproval')}</li>
      <li>{say('termEnd')}</li>
      <li>{say('termPayment')}</li>
    </ol>
  );
}
