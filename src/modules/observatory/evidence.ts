import { Failure } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { evidenceFormat } from '#verify/evidence.ts';
import type { Json, JsonObject } from '#verify/json.ts';
import * as counts from './count-store.ts';
import { evidenceFile } from './entities.ts';
import { observatoryErrors } from './errors.ts';
import {
  type CountedIndicator,
  existingIndicator,
  type Indicator,
  isCounted,
} from './indicators.ts';
import type { Uses } from './module-uses.ts';
import { parsePeriod } from './period.ts';
import { readsFacts } from './reads-facts.ts';
import * as store from './store.ts';

/** Evidence files of published numbers, format touyan-evidence/1 (see #verify/evidence.ts). */

type Claim = { path: string; fact: string; pointer: string; method?: { kind: string } };

export type EvidenceRequest = {
  indicatorId: string;
  period: string;
  vintage?: number | undefined;
  summary: boolean;
};

/**
 * A published number with what proves it. An entered value: that it was entered, reviewed by another and
 * published. A closed count: the closing fact and, for readers who may have them, every fact counted, so
 * that anybody with the file counts again. Throws `observatory.not_published`,
 * `observatory.period_open`, `observatory.too_many_facts`, `observatory.evidence_waiting`.
 */
export async function readEvidence(request: EvidenceRequest, uses: Uses, call: Call) {
  const indicator = existingIndicator(request.indicatorId);
  return isCounted(indicator)
    ? countEvidence(indicator, request, uses, call)
    : valueEvidence(indicator, request, uses, call);
}

async function valueEvidence(
  { indicatorId }: Indicator,
  { period, vintage }: EvidenceRequest,
  uses: Uses,
  call: Call,
) {
  const { read } = uses.kernel.db;
  const row = await store.readVintage(read, indicatorId, period, vintage);
  const { document, published_fact_id: published, reviewed_fact_id: reviewed } = row ?? {};
  if (!row || !document || !published || !reviewed) {
    throw observatoryErrors.make.not_published({ indicatorId, period });
  }
  const members = ['indicatorId', 'period', 'value', 'vintage'];
  const claims: Claim[] = [
    ...members.map((name) => ({ path: `/${name}`, fact: published, pointer: `/body/${name}` })),
    { path: '/enteredBy', fact: row.entered_fact_id, pointer: '/actor' },
    { path: '/reviewedBy', fact: reviewed, pointer: '/actor' },
  ];
  const factIds = [row.entered_fact_id, reviewed, published];
  return fileOf(document, claims, await proven(published, factIds, uses, call));
}

async function countEvidence(
  indicator: CountedIndicator,
  { period, summary }: EvidenceRequest,
  uses: Uses,
  call: Call,
) {
  const { indicatorId, member } = indicator;
  const { read } = uses.kernel.db;
  const part = parsePeriod(period);
  const closing = part && (await counts.readClosing(read, indicatorId, part));
  if (!closing) {
    const open = part && (await counts.readPeriod(read, part));
    if (open && !open.closed_at) throw observatoryErrors.make.period_open({ period });
    throw observatoryErrors.make.not_published({ indicatorId, period });
  }
  const limit = uses.options.OBSERVATORY_EVIDENCE_FACTS_MAX;
  const whole = !summary && readsFacts(indicator, call.principal);
  if (whole && closing.count > limit) {
    throw observatoryErrors.make.too_many_facts({ count: closing.count, limit });
  }
  const facts = whole ? await counts.allCountedFacts(read, indicatorId, closing) : [];
  const claim = (name: string, kind: string): Claim => ({
    ...{ path: `/${name}`, fact: closing.fact_id, pointer: `/body/${name}` },
    ...(whole ? { method: { kind } } : {}),
  });
  const named = ['indicatorId', 'period', 'kind', 'from', 'until'].map((name) => ({
    ...{ path: `/${name}`, fact: closing.fact_id, pointer: `/body/${name}` },
  }));
  const claims = [
    claim('value', member === null ? 'fact-count/1' : 'fact-sum/1'),
    claim('count', 'fact-count/1'),
    ...named,
  ];
  const factIds = [...facts.map(({ fact_id }) => fact_id), closing.fact_id];
  return fileOf(closing.document, claims, await proven(closing.fact_id, factIds, uses, call));
}

// The ledger keeps the order in which facts were recorded, so the last one's place tells of all.
async function proven(
  lastId: string,
  factIds: readonly string[],
  { kernel, options }: Uses,
  call: Call,
) {
  const seconds = options.OBSERVATORY_WITNESS_WAIT_SECONDS;
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(seconds * 1_000)]);
  try {
    await kernel.ledger.waitFor(lastId, signal);
    return await kernel.ledger.evidence(factIds);
  } catch (error) {
    call.signal.throwIfAborted();
    if (error instanceof Failure && error.category === 'missing') throw error;
    throw observatoryErrors.make.evidence_waiting({}, { cause: error });
  }
}

// Through JSON, so that what leaves is plain JSON and nothing else.
function fileOf(document: JsonObject, claims: Claim[], parts: object) {
  const file = { format: evidenceFormat, kind: 'indicator', document, claims, ...parts };
  const whole: Json = JSON.parse(JSON.stringify(file));
  return evidenceFile.parse(whole);
}
