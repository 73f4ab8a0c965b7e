/** When steps with a voice are a span of speech. */
export type SpeechRule = {
  /** A span begins with a step that is as likely, and goes on until one that is less likely by LOWER. */
  threshold: number;
  speechSecondsMin: number;
  silenceSecondsMin: number;
  /** Added to each span on both sides. */
  paddingSeconds: number;
  stepSeconds: number;
  durationSeconds: number;
};

export type Span = { start: number; end: number };

/** Between the threshold of a beginning and that of an end, as Silero's own tool has it. */
const LOWER = 0.15;
const SPANS_MAX = 10_000;

/** Spans with a voice, in seconds from the beginning, in order and apart from each other. */
export function speechSpans(probabilities: readonly number[], rule: SpeechRule): Span[] {
  const { stepSeconds, durationSeconds, paddingSeconds } = rule;
  const lower = Math.max(rule.threshold - LOWER, 0.01);
  const spans: Span[] = [];
  let start: number | null = null;
  let quietFrom: number | null = null;
  const keep = (end: number) => {
    if (start !== null && end - start >= rule.speechSecondsMin) spans.push({ start, end });
    start = null;
    quietFrom = null;
  };
  for (const [step, probability] of probabilities.entries()) {
    const at = step * stepSeconds;
    if (probability >= rule.threshold) {
      start ??= at;
      quietFrom = null;
    } else if (probability < lower && start !== null) {
      quietFrom ??= at;
      if (at - quietFrom >= rule.silenceSecondsMin) keep(quietFrom);
    }
  }
  keep(quietFrom ?? durationSeconds);
  return spans.slice(0, SPANS_MAX).map(({ start: from, end }, place) => {
    const before = spans[place - 1]?.end ?? -paddingSeconds;
    const after = spans[place + 1]?.start ?? durationSeconds + paddingSeconds;
    // Two spans that are close share what lies between them.
    return {
      start: Math.max(0, from - paddingSeconds, (before + from) / 2),
      end: Math.min(durationSeconds, end + paddingSeconds, (end + after) / 2),
    };
  });
}
