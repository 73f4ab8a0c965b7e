import type { Json } from '#kernel/errors.ts';
import { textDigest } from '#verify/crypto.ts';
import { canonicalJson } from '#verify/jcs.ts';

/** SHA-256 over the JCS form (RFC 8785) of a program's options. */
export function optionsDigestOf(options: { [key: string]: Json }): Promise<string> {
  return textDigest(canonicalJson(options));
}

/**
 * The name of what may be deployed: SHA-256 over the JCS form of all that decides its answers. What was
 * evaluated with other files, another entry, environment or other options is another program.
 */
export function programDigestOf(program: {
  revisionDigest: string;
  entry: string;
  environment: string;
  environmentDigest: string;
  optionsDigest: string;
}): Promise<string> {
  const { revisionDigest, entry, environment, environmentDigest, optionsDigest } = program;
  return textDigest(
    canonicalJson({ revisionDigest, entry, environment, environmentDigest, optionsDigest }),
  );
}
