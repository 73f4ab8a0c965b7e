import { scenariosErrors } from './errors.ts';

type Environment = 'javascript' | 'python';

/** A revision as something that can be run: its files, the one to start, and in what. */
export type Program = {
  repositoryId: string;
  revisionDigest: string;
  entry: string;
  environment: Environment;
  files: { path: string; digest: string }[];
};

const usual = ['main.mjs', 'main.js', 'main.py'];
const environments: Readonly<Record<string, Environment>> = {
  mjs: 'javascript',
  js: 'javascript',
  py: 'python',
};

/**
 * Which file of a revision to run: the one that was named, or the only one of main.mjs, main.js and main.py
 * at its root. Throws `scenarios.entry_unclear`.
 */
export function programOf(
  revision: {
    repositoryId: string;
    revisionDigest: string;
    files: readonly { path: string; digest: string }[];
  },
  named: string | undefined,
): Program {
  const { repositoryId, revisionDigest } = revision;
  const files = revision.files.map(({ path, digest }) => ({ path, digest }));
  const paths = new Set(files.map(({ path }) => path));
  const found = named === undefined ? usual.filter((path) => paths.has(path)) : [named];
  const [entry] = found;
  if (entry === undefined || found.length > 1) {
    const problem = entry
      ? `there are ${found.join(' and ')}`
      : `there is none of ${usual.join(', ')}`;
    throw scenariosErrors.make.entry_unclear({ problem });
  }
  if (!paths.has(entry))
    throw scenariosErrors.make.entry_unclear({ problem: `there is no ${entry}` });
  const environment = environments[entry.split('.').at(-1) ?? ''];
  if (!environment) {
    throw scenariosErrors.make.entry_unclear({ problem: `${entry} is neither .mjs, .js nor .py` });
  }
  return { repositoryId, revisionDigest, entry, environment, files };
}
