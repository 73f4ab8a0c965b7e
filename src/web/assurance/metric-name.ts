import { useWords } from '#web/i18n.ts';
import { metricWords } from './metric-words.ts';

type MetricKey = keyof typeof metricWords.pairs;

const isKnown = (name: string): name is MetricKey => Object.hasOwn(metricWords.pairs, name);

/** What a metric (`accuracy/1`) or a figure is called; its own name where the portal has no word for it. */
export function useMetricName(): (metric: string) => string {
  const say = useWords(metricWords);
  return (metric) => {
    const name = metric.split('/')[0] ?? '';
    return isKnown(name) ? say(name) : name;
  };
}

const counted = new Set(['labels', 'truths', 'found', 'characters', 'words']);

/** A figure beside a score: a count without decimals, all others with three. */
export function figureText(name: string, value: number): string {
  if (name === 'voiceSeconds') return value.toFixed(1);
  return counted.has(name) ? String(Math.round(value)) : value.toFixed(3);
}
