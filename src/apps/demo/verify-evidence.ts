import { verifyEvidence } from '#verify/verify.ts';
import type { Actor } from './actor.ts';
import { until } from './call.ts';

/** The ledger, once the witness has seen all of it: evidence shows what it has seen, a moment behind. */
export async function cosignedLedger({ client }: Actor) {
  let ledger = await client.kernel.getLedger({});
  await until(async () => {
    ledger = await client.kernel.getLedger({});
    return ledger.cosignedSize === ledger.size;
  });
  return ledger;
}

/** Verifies what a door gives as evidence, with the public keys of log and witness alone. */
export async function verifyFrom(actor: Actor, read: () => Promise<unknown>) {
  const ledger = await cosignedLedger(actor);
  const trust = { logKey: ledger.logKey, witnessKeys: ledger.witnesses.map(({ key }) => key) };
  const text = JSON.stringify(await read(), null, 2);
  return { ledger, text, report: await verifyEvidence(text, trust) };
}
