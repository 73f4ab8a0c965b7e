import type { Outputs } from '#web/contracts.ts';
import { formatMoney, formatNumber } from '#web/format.ts';
import type { State } from '#web/ui/state-tag.tsx';

export type Indicator = Outputs['observatory']['listIndicators']['items'][number];
export type IndicatorDetail = Outputs['observatory']['getIndicator'];
export type TrackState = NonNullable<Indicator['track']>['state'];

/** A number of an indicator as it is written, without its unit: `3,500.5`, `¥1,234.50`. Pure. */
export function figureText(value: number, { format }: Pick<Indicator, 'format'>): string {
  return format === 'money_minor' ? formatMoney(value, 'CNY') : formatNumber(value, 6);
}

/** With its unit: `3,500.5 亿元`, `12%`; money carries its own. Pure. */
export function figureWithUnit(
  value: number,
  { format }: Pick<Indicator, 'format'>,
  unit: string,
): string {
  const text = figureText(value, { format });
  if (format === 'money_minor') return text;
  return unit === '%' ? `${text}%` : `${text} ${unit}`;
}

/** The mark of a state against the plan. */
export const trackMark: Readonly<Record<TrackState, State>> = {
  on_path: 'done',
  early_warning: 'waiting',
  behind: 'failed',
  unknown: 'draft',
};

/** Where the evidence of a published number is downloaded. */
export function evidenceHref(indicatorId: string, period: string, vintage?: number): string {
  const query = vintage === undefined ? '' : `?vintage=${vintage}`;
  return `/api/v1/observatory/indicators/${indicatorId}/periods/${period}/evidence${query}`;
}

/** Where it is verified in this browser. */
export function verifyHref(indicatorId: string, period: string): string {
  return `/verify?${new URLSearchParams({ indicator: indicatorId, period })}`;
}
