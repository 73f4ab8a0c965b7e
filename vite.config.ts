import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { faviconHref } from './src/web/favicon.ts';
import { palettes, styleSheet } from './src/web/theme.ts';

const house = dirname(fileURLToPath(import.meta.url));
const web = join(house, 'src/web');

/** Puts the tokens and the icon of the tab into the head, so that the first paint has them. */
function head(): Plugin {
  return {
    name: 'touyan-head',
    transformIndexHtml: () => [
      { tag: 'link', attrs: { rel: 'icon', href: faviconHref() }, injectTo: 'head' },
      {
        tag: 'meta',
        attrs: { name: 'theme-color', content: palettes.light.surface },
        injectTo: 'head',
      },
      { tag: 'style', children: styleSheet(), injectTo: 'head' },
    ],
  };
}

/**
 * `virtual:contracts`: method, path and success status of each operation, without the schemas. The
 * browser needs no more to call them, and so loads neither zod nor the modules' contracts (24 KB
 * less, compressed).
 */
function contractRoutes(): Plugin {
  const name = 'virtual:contracts';
  return {
    name: 'touyan-contract-routes',
    resolveId: (source) => (source === name ? `\0${name}` : null),
    async load(id) {
      if (id !== `\0${name}`) return null;
      // Imported by Node itself, which strips the types and knows the package's own import names.
      const file = pathToFileURL(join(web, 'contracts.ts')).href;
      const { contracts }: { contracts: unknown } = await import(file);
      return `export const contracts = ${JSON.stringify(routesOf(contracts))};`;
    },
  };
}

function routesOf(router: unknown): unknown {
  if (typeof router !== 'object' || router === null) return null;
  if ('~orpc' in router)
    return { '~orpc': { errorMap: {}, meta: {}, route: routeOf(router['~orpc']) } };
  return Object.fromEntries(Object.entries(router).map(([key, value]) => [key, routesOf(value)]));
}

function routeOf(definition: unknown): Record<string, unknown> {
  if (typeof definition !== 'object' || definition === null || !('route' in definition)) return {};
  const { method, path, inputStructure, outputStructure } = {
    method: undefined,
    path: undefined,
    inputStructure: undefined,
    outputStructure: undefined,
    ...(typeof definition.route === 'object' ? definition.route : {}),
  };
  return { method, path, inputStructure, outputStructure };
}

const worthCompressing = /\.(?:js|mjs|css|html|svg|json|wasm)$/;
const compressFromBytes = 1_024;

/** Lays `.br` and `.gz` beside each text, so that the server sends them without work of its own. */
function compressed(): Plugin {
  return {
    name: 'touyan-compressed',
    async writeBundle({ dir = '' }, bundle) {
      const names = Object.keys(bundle).filter((name) => worthCompressing.test(name));
      for (const name of names) {
        const content = await readFile(join(dir, name));
        if (content.length < compressFromBytes) continue;
        await writeFile(join(dir, `${name}.br`), brotliCompressSync(content));
        await writeFile(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: web,
  base: '/',
  plugins: [react(), head(), contractRoutes(), compressed()],
  build: {
    outDir: join(house, 'dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Style sheets and scripts are files of our own origin, as the content security policy asks.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '^/api/': 'http://127.0.0.1:7800' } },
});
