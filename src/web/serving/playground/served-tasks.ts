import type { InputKinds, ServedTask, TaskOutputs } from '#contract/serving';

/** What each task is asked about. The server's own table would bring its schemas into the browser's scripts. */
export const inputKinds: InputKinds = {
  'image-classification': 'image',
  'object-detection': 'image',
  'optical-character-recognition': 'image',
  'voice-activity-detection': 'audio',
  'text-classification': 'texts',
  'token-classification': 'texts',
  'feature-extraction': 'texts',
  'anomaly-detection': 'table',
};

export const isServedTask = (task: string | null): task is ServedTask =>
  task !== null && Object.hasOwn(inputKinds, task);

export type InputKind = InputKinds[ServedTask];

/** What the door of task calls answers. */
export type TaskAnswer = {
  [Task in ServedTask]: { task: Task; output: TaskOutputs[Task]; tookMs: number };
}[ServedTask];

/** The algorithm that is tried: what a trial says of itself. */
export type TriedTask = {
  trialId: string;
  name: string;
  repositoryId: string;
  revisionDigest: string;
  /** Of its `task.json`. */
  path: string;
  task: ServedTask;
  /** Of its process; null where it is not known. */
  process: 'asleep' | 'loading' | 'awake' | 'failing' | null;
};

export const taskAddress = (model: string): string => `${location.origin}/v1/tasks/${model}`;
