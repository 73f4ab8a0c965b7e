import type { Json } from '#kernel/errors.ts';
import type { Column } from './croissant-columns.ts';
import type { Card, RevisionFile } from './entities.ts';

/** Of https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html */
export const CROISSANT = 'http://mlcommons.org/croissant/1.1';
export const CROISSANT_TYPE = `application/ld+json; profile="${CROISSANT}"`;

/** The context of the specification's appendix 1; it is given as it stands, so that loaders know its terms. */
const context = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  arrayShape: 'cr:arrayShape',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  containedIn: 'cr:containedIn',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  description: { '@container': '@language' },
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isArray: 'cr:isArray',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  name: { '@container': '@language' },
  parentField: 'cr:parentField',
  path: 'cr:path',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};

export type Described = {
  name: string;
  title: string;
  description: string;
  /** Its page. */
  url: string;
  licence: string;
  ownerName: string;
  ownerUrl: string;
  tags: readonly string[];
  card: Card | null;
  revisionNumber: number;
  revisionDigest: string;
  publishedAt: string;
  files: readonly RevisionFile[];
  /** Columns by the path of each CSV file that names them. */
  columns: ReadonlyMap<string, readonly Column[]>;
  fileUrl(path: string): string;
};

/**
 * A dataset repository in Croissant 1.1: every file with its digest, and the records of CSV files with
 * typed fields. A revision never changes, so that its version is its number, as a major one.
 */
export function croissantOf(dataset: Described): Json {
  const { card, files, columns } = dataset;
  const metadata = card?.metadata ?? {};
  const citation = wordsOf(metadata.citation)[0];
  const creators = wordsOf(metadata.creators);
  const languages = wordsOf(metadata.language);
  const fileIds = idsOf(files.map(({ path }) => path));
  return {
    '@context': context,
    '@type': 'sc:Dataset',
    conformsTo: CROISSANT,
    name: dataset.name,
    alternateName: dataset.title,
    description: dataset.description,
    url: dataset.url,
    license: licenceOf(dataset),
    creator:
      creators.length > 0
        ? creators.map((name) => ({ '@type': 'sc:Person', name }))
        : { '@type': 'sc:Organization', name: dataset.ownerName, url: dataset.ownerUrl },
    publisher: { '@type': 'sc:Organization', name: dataset.ownerName, url: dataset.ownerUrl },
    datePublished: dataset.publishedAt.slice(0, 10),
    version: `${dataset.revisionNumber}.0.0`,
    isLiveDataset: false,
    ...(dataset.tags.length > 0 ? { keywords: [...dataset.tags] } : {}),
    ...(languages.length > 0 ? { inLanguage: languages } : {}),
    ...(citation === undefined ? {} : { citeAs: citation }),
    distribution: files.map((file) => ({
      '@type': 'cr:FileObject',
      '@id': fileIds.get(file.path) ?? file.path,
      name: file.path,
      contentUrl: dataset.fileUrl(file.path),
      contentSize: `${file.sizeBytes} B`,
      encodingFormat: file.mediaType,
      sha256: file.digest.replace('sha256:', ''),
    })),
    recordSet: files.flatMap(({ path }) => {
      const named = columns.get(path);
      return named === undefined ? [] : [recordSetOf(path, fileIds.get(path) ?? path, named)];
    }),
  };
}

function recordSetOf(path: string, fileId: string, columns: readonly Column[]): Json {
  const id = `records/${fileId}`;
  const fieldIds = idsOf(columns.map(({ name }) => name));
  return {
    '@type': 'cr:RecordSet',
    '@id': id,
    name: path,
    field: columns.map(({ name, type }) => ({
      '@type': 'cr:Field',
      '@id': `${id}/${fieldIds.get(name) ?? name}`,
      name,
      dataType: type,
      source: { fileObject: { '@id': fileId }, extract: { column: name } },
    })),
  };
}

/** Ids that tell as much as the names: mlcroissant 1.1.1 refuses spaces in them, escaped ones too. */
function idsOf(names: readonly string[]): Map<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const plain = name.replace(/[\s%#?]+/g, '_');
    let id = plain;
    for (let again = 2; taken.has(id); again += 1) id = `${plain}_${again}`;
    taken.add(id);
    ids.set(name, id);
  }
  return ids;
}

/** An address where the card gives one; else what the repository or its card says. */
function licenceOf({ licence, card }: Described): string | string[] {
  const metadata = card?.metadata ?? {};
  const link = wordsOf(metadata.license_link)[0];
  if (link !== undefined && /^https?:\/\//.test(link)) return link;
  const said = licence ? [licence] : wordsOf(metadata.license);
  const known = said.length > 0 ? said : ['unknown'];
  return known.length === 1 ? (known[0] ?? 'unknown') : known;
}

function wordsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list
    .filter((word): word is string => typeof word === 'string' && word !== '')
    .slice(0, 50);
}
