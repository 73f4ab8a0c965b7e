import type { Asked } from './asked.ts';

/** The same call for a terminal, for Python and for TypeScript, each of which runs as it is pasted. Pure. */

export type Snippets = { curl: string; python: string; script: string };

/** What stands in a snippet itself rather than in a file beside it, in characters. */
export const INLINE_CHARACTERS_MAX = 2_000;

type Called = Pick<Asked, 'mediaType' | 'fileName' | 'source'> & {
  /** The door with the model's name. */
  address: string;
  /** The body where it is a text; null where it is bytes. */
  text: string | null;
};

/** Whether the snippets need a file that only this page has. */
export const needsSaving = ({ source, text }: Pick<Called, 'source' | 'text'>): boolean =>
  source.kind === 'made' && (text === null || text.length > INLINE_CHARACTERS_MAX);

export function snippetsOf(called: Called): Snippets {
  return { curl: curlOf(called), python: pythonOf(called), script: scriptOf(called) };
}

const inlineOf = ({ source, text }: Called): string | null =>
  source.kind === 'made' && text !== null && text.length <= INLINE_CHARACTERS_MAX ? text : null;

const sampleOf = ({ source }: Called): string | null =>
  source.kind === 'sample' ? source.address : null;

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const key = 'authorization: Bearer $TOUYAN_KEY';

function curlOf(called: Called): string {
  const { address, mediaType, fileName } = called;
  const inline = inlineOf(called);
  const sample = sampleOf(called);
  // The raw one takes no first @ for the name of a file.
  const data =
    inline === null ? `--data-binary ${quoted(`@${fileName}`)}` : `--data-raw ${quoted(inline)}`;
  return [
    ...(sample === null
      ? []
      : [`curl -sSf -H "${key}" -o ${quoted(fileName)} ${quoted(sample)} &&`]),
    `curl -sS -H "${key}" -H "content-type: ${mediaType}" \\`,
    `  ${data} \\`,
    `  ${quoted(address)}`,
  ].join('\n');
}

function pythonOf(called: Called): string {
  const { address, mediaType, fileName } = called;
  const inline = inlineOf(called);
  const sample = sampleOf(called);
  const name = JSON.stringify(fileName);
  const body =
    inline !== null
      ? // A string of JSON is one of Python too.
        [`body = ${JSON.stringify(inline)}.encode()`]
      : sample !== null
        ? [
            `sample = urllib.request.Request(${JSON.stringify(sample)}, headers=headers)`,
            'body = urllib.request.urlopen(sample).read()',
          ]
        : [`body = open(${name}, "rb").read()`];
  return [
    'import json, os, urllib.request',
    '',
    'headers = {"Authorization": "Bearer " + os.environ["TOUYAN_KEY"]}',
    ...body,
    `headers["Content-Type"] = ${JSON.stringify(mediaType)}`,
    `call = urllib.request.Request(${JSON.stringify(address)}, body, headers)`,
    'answer = json.load(urllib.request.urlopen(call))',
    'print(json.dumps(answer["output"], ensure_ascii=False))',
  ].join('\n');
}

function scriptOf(called: Called): string {
  const { address, mediaType, fileName } = called;
  const inline = inlineOf(called);
  const sample = sampleOf(called);
  const body =
    inline !== null
      ? [`const body = ${JSON.stringify(inline)};`]
      : sample !== null
        ? [
            `const sample = await fetch(${JSON.stringify(sample)}, { headers: { authorization } });`,
            'const body = await sample.arrayBuffer();',
          ]
        : [`const body = await readFile(${JSON.stringify(fileName)});`];
  const reads = inline === null && sample === null;
  return [
    ...(reads ? ['import { readFile } from "node:fs/promises";'] : []),
    'import { env } from "node:process";',
    '',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template of the snippet
    'const authorization = `Bearer ${env.TOUYAN_KEY}`;',
    ...body,
    `const response = await fetch(${JSON.stringify(address)}, {`,
    '  method: "POST",',
    `  headers: { authorization, "content-type": ${JSON.stringify(mediaType)} },`,
    '  body,',
    '});',
    'const answer: { output: unknown } = await response.json();',
    'console.log(JSON.stringify(answer.output));',
  ].join('\n');
}
