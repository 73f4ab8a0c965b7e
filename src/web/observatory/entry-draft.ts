/** What the form for a value holds, as text. */
export type EntryDraft = {
  organisationId: string;
  indicatorId: string;
  period: string;
  value: string;
  source: string;
  sourceUrl: string;
  note: string;
};

export type EntryProblem = 'chooseOne' | 'yearWrong' | 'valueWrong' | 'sourceMissing' | 'urlWrong';

/** A plain decimal number, or null. Pure. */
export function decimalOf(text: string): number | null {
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/.test(text.trim()) ? Number(text.trim()) : null;
}

/** What is wrong with each field. The server looks again. Pure. */
export function entryProblems(
  draft: EntryDraft,
  yearNow: number,
): Partial<Record<keyof EntryDraft, EntryProblem>> {
  const yearFits = /^20\d{2}$/.test(draft.period) && Number(draft.period) <= yearNow;
  return {
    ...(draft.organisationId === '' ? { organisationId: 'chooseOne' } : {}),
    ...(draft.indicatorId === '' ? { indicatorId: 'chooseOne' } : {}),
    ...(yearFits ? {} : { period: 'yearWrong' }),
    ...(decimalOf(draft.value) === null ? { value: 'valueWrong' } : {}),
    ...(draft.source.trim() === '' ? { source: 'sourceMissing' } : {}),
    ...(draft.sourceUrl === '' || /^https?:\/\/\S+$/.test(draft.sourceUrl)
      ? {}
      : { sourceUrl: 'urlWrong' }),
  };
}
