import { useWords } from '#web/i18n.ts';
import { words } from './words.ts';

const accounts = {
  payments: 'accountPayments',
  credit: 'accountCredit',
  revenue: 'accountRevenue',
  platform: 'accountPlatform',
} as const;

const postings = {
  credit: 'postingCredit',
  settlement: 'postingSettlement',
  return: 'postingReturn',
} as const;

/** What accounts and postings are called. */
export function useBookWords() {
  const say = useWords(words);
  return {
    account: (kind: keyof typeof accounts) => say(accounts[kind]),
    posting: (kind: keyof typeof postings) => say(postings[kind]),
  };
}
