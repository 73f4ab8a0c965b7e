import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '#kernel/log.ts';
import type { ComputeOptions } from './config.ts';
import { type OpenedIsolation, openIsolation } from './environments.ts';

export type OpenedHost = OpenedIsolation & {
  /** For the outputs of running jobs. */
  outputFolder: string;
};

/**
 * Opens the isolation of this host once, when it is first asked for: that takes from a second to the time
 * that apt-get needs.
 */
export function createIsolationService(
  options: ComputeOptions,
  { log }: { log: Log },
): () => Promise<OpenedHost> {
  let opening: Promise<OpenedHost> | null = null;
  const open = async (): Promise<OpenedHost> => {
    const folder = join(options.folder, 'compute');
    const outputFolder = join(folder, 'outputs');
    await mkdir(folder, { recursive: true, mode: 0o711 });
    await mkdir(outputFolder, { recursive: true, mode: 0o700 });
    const opened = await openIsolation({
      folder: join(folder, 'isolation'),
      openFolder: options.COMPUTE_OPEN_FOLDER,
      nodePath: options.nodePath,
      pythonPaths: [options.COMPUTE_PYTHON],
      resources: 'auto',
      engine: options.COMPUTE_ISOLATION,
      mayInstall: options.COMPUTE_INSTALL === 'yes',
      onProgress: (line) => log.info({ line }, 'installing what isolation needs'),
    });
    const { isolation, advice, environments } = opened;
    const names = environments.map(({ name, version }) => `${name} ${version}`);
    const { kind, resources } = isolation.describe();
    log.info({ isolation: kind, resources, environments: names }, 'programs can run isolated');
    if (advice) log.warn({ advice }, 'isolation is not what it could be');
    return { ...opened, outputFolder };
  };
  return () => {
    opening ??= open().catch((error: unknown) => {
      // The next one who asks tries again.
      opening = null;
      throw error;
    });
    return opening;
  };
}
