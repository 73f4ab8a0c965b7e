/** What answers the calls of a trial: the file that is served decides. Browser-safe. */

export const trialRuntimes = ['onnx', 'task', 'remote'] as const;
export type TrialRuntime = (typeof trialRuntimes)[number];

export const TASK_FILE = 'task.json';
export const REMOTE_FILE = 'remote.json';

/**
 * The runtime of a file of a revision by its path: `task.json` is a program with its models, `remote.json` a server elsewhere,
 * `*.onnx` a model. Null where it can be none.
 */
export function runtimeOf(path: string): TrialRuntime | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === TASK_FILE) return 'task';
  if (name === REMOTE_FILE) return 'remote';
  return name.toLowerCase().endsWith('.onnx') ? 'onnx' : null;
}
