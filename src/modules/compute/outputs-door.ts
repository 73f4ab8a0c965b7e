import type { Door } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import { computeErrors } from './errors.ts';
import * as store from './store.ts';

/** `GET …/jobs/<id>/outputs/<name>`: the bytes of one output, as an attachment that no browser runs. */
export function outputsDoor({ db, access, blobs }: Kernel): Door {
  return {
    module: 'compute',
    name: 'downloadOutput',
    method: 'GET',
    path: '/api/v1/compute/jobs/:jobId/outputs/:name',
    summary: 'Download one output of a job.',
    permission: 'compute.job.read',
    bodyBytesMax: 0,
    errors: ['unauthenticated', 'denied', 'missing'],
    async handle({ params: { jobId = '', name = '' } }, call) {
      const resource = { type: 'compute.job', id: jobId };
      await access.require(call.principal, 'compute.job.read', resource);
      const row = await store.readJob(db.read, jobId);
      if (!row) throw kernelErrors.make.missing({ id: jobId });
      const output = row.outputs.find((candidate) => candidate.name === name);
      if (!output) throw computeErrors.make.output_missing({ name });
      return {
        status: 200,
        headers: {
          'content-type': 'application/octet-stream',
          'content-length': String(output.sizeBytes),
          'content-disposition': `attachment; filename="${output.name}"`,
          'x-content-type-options': 'nosniff',
          'content-security-policy': "default-src 'none'",
          'cache-control': 'private, no-cache',
          etag: `"${output.digest}"`,
        },
        body: blobs.get(output.digest),
      };
    },
  };
}
