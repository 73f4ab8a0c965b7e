/** The tasks that suites measure, and what each of their cases asks. Browser-safe. */

/** `file`: a picture or sound. `rows`: a CSV file. `texts`: two of them. */
export const caseAsks = {
  'image-classification': 'file',
  'object-detection': 'file',
  'optical-character-recognition': 'file',
  'voice-activity-detection': 'file',
  'text-classification': 'text',
  'token-classification': 'text',
  'feature-extraction': 'texts',
  'anomaly-detection': 'rows',
} as const;

export type MeasuredTask = keyof typeof caseAsks;

export const measuredTasks = [
  'image-classification',
  'object-detection',
  'optical-character-recognition',
  'voice-activity-detection',
  'text-classification',
  'token-classification',
  'feature-extraction',
  'anomaly-detection',
] as const satisfies readonly MeasuredTask[];

export const isMeasured = (task: string | null): task is MeasuredTask =>
  task !== null && Object.hasOwn(caseAsks, task);
