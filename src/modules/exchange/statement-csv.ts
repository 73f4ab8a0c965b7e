import type { Door } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { agreementId as agreementIdSchema, type StatementView } from './entities.ts';
import type { Uses } from './module-uses.ts';
import { readStatement } from './read-statement.ts';

/** A statement as a table that spreadsheets open: CSV (RFC 4180) in UTF-8 with a byte order mark. */
export function statementDoor(uses: Uses): Door {
  return {
    module: 'exchange',
    name: 'statement-csv',
    method: 'GET',
    path: '/api/v1/exchange/agreements/:agreementId/statement.csv',
    summary: 'The entries of the statement of an agreement as CSV',
    permission: 'exchange.agreement.read',
    bodyBytesMax: 0,
    errors: ['unauthenticated', 'missing', 'conflict'],
    async handle({ params }, call) {
      const { access } = uses.kernel;
      const parsed = agreementIdSchema.safeParse(params.agreementId);
      const id = parsed.data ?? params.agreementId ?? '';
      await access.require(call.principal, 'exchange.agreement.read', {
        type: 'exchange.agreement',
        id,
      });
      if (!parsed.success) throw kernelErrors.make.missing({ id });
      const statement = await readStatement({ agreementId: id }, uses);
      return {
        status: 200,
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="statement-${id}.csv"`,
          'cache-control': 'private, no-cache',
        },
        body: statementCsv(statement, call.language),
      };
    },
  };
}

const heads = {
  zh: ['序号', '时间', '事由', '调用次数', '科目', '金额', '币种', '产品', '买方', '卖方', '事实'],
  en: [
    ...['place', 'time', 'what', 'calls', 'account', 'amount', 'currency', 'product', 'buyer'],
    ...['seller', 'fact'],
  ],
};

const kinds = {
  credit: { zh: '充值（模拟支付）', en: 'credit (simulated payment)' },
  settlement: { zh: '结算', en: 'settlement' },
  return: { zh: '退回（模拟支付）', en: 'returned (simulated payment)' },
};

const accounts = {
  payments: { zh: '支付渠道（模拟）', en: 'payments (simulated)' },
  credit: { zh: '买方预付', en: 'buyer’s credit' },
  revenue: { zh: '卖方收入', en: 'seller’s revenue' },
  platform: { zh: '平台分成', en: 'platform’s share' },
};

/**
 * One line an entry. Pure. What people wrote cannot become a formula: a leading = + - @, tab or
 * carriage return gets an apostrophe before it. Amounts are ours, digits and a sign, and stay numbers.
 */
export function statementCsv(statement: StatementView, language: 'zh' | 'en'): string {
  const { title, buyerName, sellerName, currency } = statement;
  const lines = statement.postings.flatMap((posting) =>
    posting.entries.map((entry) => [
      String(posting.place),
      posting.postedAt,
      kinds[posting.kind][language],
      posting.kind === 'settlement' ? String(posting.calls) : '',
      accounts[entry.account][language],
      { amount: decimal(entry.amountMinor) },
      currency,
      title[language] || title.zh || title.en,
      buyerName,
      sellerName,
      posting.factId,
    ]),
  );
  const text = [heads[language], ...lines].map((line) => line.map(cell).join(',')).join('\r\n');
  return `\uFEFF${text}\r\n`;
}

/** Whole minor units as a decimal with two places, by digits alone. */
export function decimal(amountMinor: number): string {
  const digits = String(Math.abs(amountMinor)).padStart(3, '0');
  return `${amountMinor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function cell(value: string | { amount: string }): string {
  if (typeof value !== 'string') return value.amount;
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
