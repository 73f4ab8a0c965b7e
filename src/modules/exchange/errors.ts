import { declareErrors } from '#kernel/errors.ts';

export const exchangeErrors = declareErrors('exchange', {
  program_missing: {
    category: 'missing',
    message:
      'The provider has no program {programId} with an approval that stands. Have it approved.',
  },
  product_exists: {
    category: 'conflict',
    message: 'The program is sold as {productId} already. Publish an offer of that product.',
  },
  offer_withdrawn: {
    category: 'conflict',
    message: 'The offer has been withdrawn. Choose another one of the market.',
  },
  own_offer: {
    category: 'invalid',
    message: 'An organisation cannot buy from itself. Propose for another organisation.',
  },
  buys_nothing: {
    category: 'invalid',
    message: '{creditMinor} is less than one call costs ({priceMinor}). Put in more.',
  },
  credit_beyond_terms: {
    category: 'invalid',
    message: 'The terms allow {callsMax} calls in all, and this buys {calls}. Put in less.',
  },
  draft_exists: {
    category: 'conflict',
    message: 'There is a draft {agreementId} with other terms. Sign it, or end it first.',
  },
  document_differs: {
    category: 'conflict',
    message: 'The document is {documentDigest} now. Read it again and sign what you read.',
  },
  buyer_signs_first: {
    category: 'denied',
    message: 'The buyer signs first. An administrator of the buyer has to sign this draft.',
  },
  seller_signs_now: {
    category: 'denied',
    message: 'The buyer has signed. An administrator of the seller signs now.',
  },
  not_signable: {
    category: 'conflict',
    message: 'The agreement is {state}: there is nothing to sign. Read it again.',
  },
  not_payable: {
    category: 'conflict',
    message: 'The agreement is {state}: it takes no credit. Read it again.',
  },
  request_differs: {
    category: 'conflict',
    message: 'The request {requestId} was made with another amount. Use a new requestId.',
  },
  not_begun: {
    category: 'conflict',
    message: 'The agreement has not begun: nothing was paid or used. Both parties sign first.',
  },
  no_statement: {
    category: 'conflict',
    message: 'Nothing has been settled yet. Settle first, or wait until the platform does.',
  },
  evidence_waiting: {
    category: 'unavailable',
    message: 'The witness has not confirmed the statement yet. Try again in some seconds.',
  },
});
