-- Money is bigint minor units throughout.
create table exchange_products (
  id text primary key,
  -- One program is one product.
  program_id text not null unique,
  owner_id text not null,
  title jsonb not null,
  summary jsonb not null,
  -- The program by its digests, as it was approved.
  program jsonb not null,
  created_at timestamptz not null
);
create index exchange_products_newest on exchange_products (created_at desc, id desc);

create table exchange_offers (
  id text primary key,
  product_id text not null references exchange_products (id),
  price_minor bigint not null check (price_minor > 0),
  currency text not null,
  terms jsonb not null,
  terms_digest text not null,
  platform_share_bps integer not null check (platform_share_bps between 0 and 10000),
  state text not null check (state in ('open', 'withdrawn')),
  fact_id text not null,
  published_at timestamptz not null,
  withdrawn_at timestamptz,
  check ((state = 'withdrawn') = (withdrawn_at is not null))
);
create index exchange_offers_newest on exchange_offers (published_at desc, id desc);
-- A publication that is sent again finds the first.
create unique index exchange_offers_same
  on exchange_offers (product_id, price_minor, currency, terms_digest, platform_share_bps)
  where state = 'open';

create table exchange_agreements (
  id text primary key,
  offer_id text not null references exchange_offers (id),
  product_id text not null references exchange_products (id),
  program_id text not null,
  buyer_id text not null,
  seller_id text not null,
  currency text not null,
  price_minor bigint not null,
  platform_share_bps integer not null,
  -- Agreed at first.
  credit_minor bigint not null check (credit_minor > 0),
  calls_max bigint,
  -- Never changed: both parties sign its digest.
  document jsonb not null,
  document_digest text not null,
  state text not null check (
    state in ('draft', 'signed_by_buyer', 'active', 'suspended', 'exhausted', 'ended')
  ),
  state_reason text,
  end_reason text,
  state_at timestamptz not null,
  -- What is allowed in serving, and how much of what was used has been settled.
  calls_allowed bigint not null default 0,
  calls_settled bigint not null default 0,
  paid_minor bigint not null default 0,
  settled_minor bigint not null default 0,
  returned_minor bigint not null default 0,
  platform_minor bigint not null default 0,
  postings integer not null default 0,
  statements integer not null default 0,
  grant_id text,
  activated_fact_id text,
  activated_at timestamptz,
  valid_until timestamptz,
  -- When the clock looks at it again.
  due_at timestamptz,
  proposed_by text not null,
  created_at timestamptz not null,
  check (calls_settled between 0 and calls_allowed),
  check (settled_minor = calls_settled * price_minor),
  check (paid_minor - settled_minor - returned_minor >= 0),
  -- Only an active agreement carries a grant.
  check ((state = 'active') = (grant_id is not null))
);
create index exchange_agreements_newest on exchange_agreements (created_at desc, id desc);
create index exchange_agreements_by_program on exchange_agreements (program_id);
create index exchange_agreements_due on exchange_agreements (due_at) where due_at is not null;
create unique index exchange_agreements_draft
  on exchange_agreements (offer_id, buyer_id) where state = 'draft';

create table exchange_signatures (
  agreement_id text not null references exchange_agreements (id),
  side text not null check (side in ('buyer', 'seller')),
  party_id text not null,
  signed_by text not null,
  document_digest text not null,
  note text not null,
  key text not null,
  fact_id text not null,
  signed_at timestamptz not null,
  primary key (agreement_id, side)
);

create table exchange_accounts (
  id text primary key,
  kind text not null check (kind in ('payments', 'credit', 'revenue', 'platform')),
  owner_id text,
  agreement_id text references exchange_agreements (id),
  currency text not null,
  balance_minor bigint not null default 0,
  entries integer not null default 0,
  -- Prepaid credit is never overdrawn.
  check (kind <> 'credit' or balance_minor >= 0),
  check ((kind = 'credit') = (agreement_id is not null))
);
create unique index exchange_accounts_one
  on exchange_accounts (kind, coalesce(owner_id, ''), coalesce(agreement_id, ''), currency);

create table exchange_journals (
  id text primary key,
  agreement_id text not null references exchange_agreements (id),
  -- 1, 2, … of the agreement, without a gap.
  place integer not null check (place > 0),
  kind text not null check (kind in ('credit', 'settlement', 'return')),
  calls bigint not null default 0,
  calls_before bigint not null default 0,
  amount_minor bigint not null check (amount_minor > 0),
  platform_minor bigint not null default 0,
  provider_minor bigint not null default 0,
  -- What the payer called it, so that a retry counts once.
  request_id text,
  fact_id text not null,
  posted_at timestamptz not null,
  unique (agreement_id, place),
  unique (agreement_id, request_id),
  -- Each call is settled once: where one settlement ends the next begins.
  check (kind <> 'settlement' or calls > 0)
);
create unique index exchange_journals_calls
  on exchange_journals (agreement_id, calls_before) where kind = 'settlement';

create table exchange_entries (
  id text primary key,
  journal_id text not null references exchange_journals (id),
  account_id text not null references exchange_accounts (id),
  agreement_id text not null,
  place integer not null,
  -- Positive: the account gains. Negative: it gives.
  amount_minor bigint not null check (amount_minor <> 0),
  posted_at timestamptz not null
);
create index exchange_entries_by_journal on exchange_entries (journal_id, place);
create index exchange_entries_newest on exchange_entries (posted_at desc, id desc);
create index exchange_entries_by_account on exchange_entries (account_id, posted_at desc);

-- Whatever the code does: no transaction commits a journal whose entries do not sum to 0.
create function exchange_journal_balances() returns trigger language plpgsql as $$
begin
  if (select sum(amount_minor) from exchange_entries where journal_id = new.journal_id) <> 0 then
    raise exception 'the entries of the journal % do not sum to 0', new.journal_id
      using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create constraint trigger exchange_entries_balance
  after insert or update on exchange_entries
  deferrable initially deferred
  for each row execute function exchange_journal_balances();

create table exchange_statements (
  agreement_id text not null references exchange_agreements (id),
  number integer not null,
  -- It holds the postings up to this place.
  postings integer not null,
  document_digest text not null,
  fact_id text not null,
  issued_at timestamptz not null,
  primary key (agreement_id, number)
);
