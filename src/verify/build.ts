import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const source = import.meta.dirname;

/**
 * Writes the verifier as two files that need nothing else: `touyan-verify.mjs` (Node 20 and later)
 * and `touyan-verify.html` (a page that works from disk). Returns their paths.
 */
export async function buildVerifier(folder: string): Promise<{ script: string; page: string }> {
  await mkdir(folder, { recursive: true });
  const script = join(folder, 'touyan-verify.mjs');
  const page = join(folder, 'touyan-verify.html');
  await writeFile(script, await bundle('cli.ts', 'node'));
  const template = await readFile(join(source, 'page.html'), 'utf8');
  const code = (await bundle('page.ts', 'browser')).replaceAll('</script', '<\\/script');
  const element = `<script type="module">\n${code}</script>`;
  await writeFile(
    page,
    template.replace('<!-- script -->', () => element),
  );
  return { script, page };
}

async function bundle(entry: string, platform: 'node' | 'browser'): Promise<string> {
  const path = join(source, entry);
  const output = await build({
    configFile: false,
    root: source,
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      minify: platform === 'browser',
      target: platform === 'node' ? 'node20' : 'es2022',
      modulePreload: false,
      ...(platform === 'node' ? { ssr: path } : {}),
      rollupOptions: { input: path, output: { format: 'es' } },
    },
  });
  const [first] = Array.isArray(output) ? output : [output];
  if (first === undefined || !('output' in first)) throw new Error('the build only watches');
  const [chunk, second] = first.output;
  if (second !== undefined) throw new Error(`${entry} became more than one file`);
  return chunk.code;
}

if (import.meta.main) {
  const folder = join(source, '..', '..', 'dist', 'verify');
  const { script, page } = await buildVerifier(folder);
  process.stdout.write(`${script}\n${page}\n`);
}
