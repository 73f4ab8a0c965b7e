import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { Hub } from '#modules/hub';
import type { AssuranceOptions } from '../config.ts';
import { assuranceErrors } from '../errors.ts';
import { readCases, readSuiteFile, SUITE_FILE, type Suite } from './suite-file.ts';

const SUITE_FILE_BYTES_MAX = 65_536;

export type SuiteRef = { repositoryId: string; revisionDigest: string };

/**
 * A suite with its cases from a revision of a dataset. Access to its files is asked. Throws `kernel.missing`,
 * `hub.access_needed`, `hub.revision_missing`, `assurance.suite_invalid`, `assurance.suite_too_large`.
 */
export async function readSuite(
  ref: SuiteRef,
  uses: { kernel: Kernel; hub: Pick<Hub, 'readRevision'>; options: AssuranceOptions },
  call: Call,
): Promise<Suite> {
  const { kernel, hub, options } = uses;
  const { files } = await hub.readRevision(ref, call);
  const textOf = (path: string, bytesMax: number) => {
    const file = files.find((one) => one.path === path);
    if (!file) {
      const problem = `there is no file ${path} in the revision`;
      throw assuranceErrors.make.suite_invalid({ where: SUITE_FILE, problem });
    }
    if (file.sizeBytes > bytesMax) {
      throw assuranceErrors.make.suite_too_large({ what: `bytes of ${path}`, limit: bytesMax });
    }
    return kernel.blobs.text(file.digest, bytesMax);
  };
  const suite = readSuiteFile(await textOf(SUITE_FILE, SUITE_FILE_BYTES_MAX));
  const lines = await textOf(suite.cases, options.ASSURANCE_SUITE_BYTES_MAX);
  return readCases(suite, lines, files, {
    casesMax: options.ASSURANCE_SUITE_CASES_MAX,
    caseBytesMax: options.ASSURANCE_CASE_BYTES_MAX,
  });
}
