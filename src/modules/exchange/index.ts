import { guard, type Handlers, type ModuleSource } from '#kernel/module.ts';
import { createBell } from '#kernel/service.ts';
import { addCredit } from './add-credit.ts';
import type { ExchangeOptions } from './config.ts';
import { exchangeContract } from './contract.ts';
import { endAgreement } from './end-agreement.ts';
import { statementEvidence } from './evidence.ts';
import { attendAgreements, createExchangeClock } from './exchange-clock.ts';
import type { Uses } from './module-uses.ts';
import { listOffers, publishOffer, readOffer, withdrawOffer } from './offers.ts';
import { createProduct, listProducts } from './products.ts';
import { approvalsSubscription } from './program-approvals.ts';
import { proposeAgreement } from './propose-agreement.ts';
import { listAccounts, listEntries } from './read-accounts.ts';
import { listAgreements, readAgreement } from './read-agreements.ts';
import { readStatement } from './read-statement.ts';
import { createSearchEntries } from './search-entries.ts';
import { settle } from './settle.ts';
import { signAgreement } from './sign-agreement.ts';
import { statementDoor } from './statement-csv.ts';

export { exchangeOptions } from './config.ts';

export const exchangeSource: ModuleSource = {
  contract: exchangeContract,
  migrations: { module: 'exchange', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: null,
};

/** Products, offers, agreements that both parties sign, prepaid credit, and books that balance. */
export function createExchange(options: ExchangeOptions, given: Omit<Uses, 'wake' | 'options'>) {
  const bell = createBell();
  const uses: Uses = { ...given, options, wake: () => bell.ring() };
  const { kernel } = uses;
  return {
    contract: exchangeContract,
    handlers: guard(exchangeContract, kernel.access, handlersOf(uses)),
    doors: [statementDoor(uses)],
    services: [createExchangeClock(uses, bell)],
    subscriptions: [approvalsSubscription(uses)],

    /** What the search shows of offers. */
    searchEntries: createSearchEntries(kernel),
    /** Does what is due now, as the service does all the time. */
    attendDue: (signal: AbortSignal): Promise<void> => attendAgreements(uses, signal),
  };
}

function handlersOf(uses: Uses): Handlers<(typeof exchangeContract)['operations']> {
  return {
    createProduct: (input, call) => createProduct(input, uses, call),
    listProducts: (input) => listProducts(input, uses),
    publishOffer: async (input, call) =>
      readOffer(await publishOffer(input, uses, call), uses, call),
    async withdrawOffer({ offerId }, call) {
      await withdrawOffer(offerId, uses, call);
      return readOffer(offerId, uses, call);
    },
    listOffers: (input) => listOffers(input, uses),
    getOffer: ({ offerId }, call) => readOffer(offerId, uses, call),
    proposeAgreement: async (input, call) =>
      readAgreement(await proposeAgreement(input, uses, call), uses, call),
    async signAgreement(input, call) {
      await signAgreement(input, uses, call);
      return readAgreement(input.agreementId, uses, call);
    },
    async endAgreement(input, call) {
      await endAgreement(input, uses, call);
      return readAgreement(input.agreementId, uses, call);
    },
    listAgreements: (input, call) => listAgreements(input, uses, call),
    getAgreement: ({ agreementId }, call) => readAgreement(agreementId, uses, call),
    async addCredit(input, call) {
      await addCredit(input, uses, call);
      return readAgreement(input.agreementId, uses, call);
    },
    settle: ({ agreementId }, call) => settle(agreementId, uses, call),
    getStatement: (input) => readStatement(input, uses),
    getStatementEvidence: ({ agreementId }, call) => statementEvidence(agreementId, uses, call),
    listAccounts: (input, call) => listAccounts(input, uses, call),
    listEntries: (input, call) => listEntries(input, uses, call),
  };
}
