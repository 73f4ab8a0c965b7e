import type { Handlers, Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { Hub } from '#modules/hub';
import type { computeContract } from './contract.ts';
import { computeErrors } from './errors.ts';
import { jobOf } from './job-view.ts';
import * as store from './store.ts';
import type { Submit } from './submit.ts';

type FileOfRevision = { repositoryId: string; revisionDigest: string; path: string };

/**
 * Runs a program of the hub on files of the hub, all of which the asker may read itself; so it may read
 * whatever the job makes of them, and the logs.
 */
export function createSubmitJob(uses: {
  kernel: Kernel;
  hub: Pick<Hub, 'readRevision'>;
  submit: Submit;
}): Handlers<(typeof computeContract)['operations']>['submitJob'] {
  const { kernel, hub, submit } = uses;
  const digestOfFile = async ({ path, ...revision }: FileOfRevision, call: Call) => {
    const { files } = await hub.readRevision(revision, call);
    const file = files.find((candidate) => candidate.path === path);
    const { revisionDigest } = revision;
    if (!file) throw computeErrors.make.file_missing({ revisionDigest, path });
    return file.digest;
  };
  return async ({ program, features, inputs, ...rest }, call) => {
    const { entry, ...revision } = program;
    const { files } = await hub.readRevision(revision, call);
    const named: { name: string; digest: string }[] = [];
    for (const { name, ...file } of inputs) {
      named.push({ name, digest: await digestOfFile(file, call) });
    }
    const table = features === undefined ? {} : { features: await digestOfFile(features, call) };
    return kernel.db.transaction(async (tx) => {
      const jobId = await submit(
        tx,
        {
          ...{ ...rest, ...table, basis: '', inputs: named, logs: 'full' },
          program: { entry, files: files.map(({ path, digest }) => ({ path, digest })) },
        },
        call,
      );
      const row = await store.readJob(tx, jobId);
      if (!row) throw new Error(`${jobId} was not kept`);
      return jobOf(row);
    });
  };
}
