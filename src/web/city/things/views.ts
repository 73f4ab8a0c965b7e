import type { Outputs } from '#web/contracts.ts';
import { formatNumber } from '#web/format.ts';

export type ThingRow = Outputs['city']['listThings']['items'][number];
export type ThingDetail = Outputs['city']['getThing'];
export type Datastream = ThingDetail['datastreams'][number];
export type Observation = Outputs['city']['listObservations']['items'][number];

/** A result with its unit: `21.5 °C`. Pure. */
export function resultText(result: Observation['result'], unit: Datastream['unit']): string {
  const symbol = unit.symbol === null || unit.symbol === '' ? '' : ` ${unit.symbol}`;
  if (typeof result === 'number') return `${formatNumber(result)}${symbol}`;
  return typeof result === 'string' ? result : JSON.stringify(result);
}
