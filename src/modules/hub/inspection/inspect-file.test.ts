import { readFileSync } from 'node:fs';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { description } from './findings-entities.ts';
import { findingOf, severityOf, stateOf } from './findings-words.ts';
import { bytesSource } from './format-source.ts';
import { inspectFile } from './inspect-file.ts';
import {
  bytesOf,
  ggufOf,
  pickles,
  safetensorsOf,
  tarOf,
  testLimits,
  zipOf,
} from './inspect-testing.ts';

const inspect = async (extension: string, content: string | Uint8Array) => {
  const bytes = typeof content === 'string' ? bytesOf(content) : content;
  const found = await inspectFile(bytesSource(bytes), extension, testLimits);
  if (found.description) description.parse(found.description);
  const codes = found.findings.map(({ code }) => code);
  return { ...found, codes, state: stateOf(found.findings, found.format) };
};
const zeros = Buffer.alloc(12_000_000);

describe('what a file is, by its content', () => {
  it.each([
    ['png', '\x89PNG\r\n\x1a\n....', 'png'],
    ['jpg', '\xff\xd8\xff\xe0..', 'jpeg'],
    ['webp', 'RIFF....WEBPVP8 ', 'webp'],
    ['wav', 'RIFF....WAVEfmt ', 'wav'],
    ['flac', 'fLaC....', 'flac'],
    ['mp3', 'ID3\x04....', 'mp3'],
    ['ogg', 'OggS....', 'ogg'],
    ['gif', 'GIF89a....', 'gif'],
    ['json', '{"a": [1, 2]}', 'json'],
    ['jsonl', '{"a": 1}\n{"a": 2}\n', 'jsonl'],
    ['ipynb', '{"nbformat": 4, "cells": []}', 'notebook'],
    ['csv', 'time,value\n1,2\n3,4\n', 'csv'],
    ['md', '# 标题\n', 'markdown'],
    ['txt', 'plain words', 'text'],
    ['py', 'import os\n', 'script'],
    ['', '#!/bin/sh\necho', 'script'],
    ['svg', '<?xml version="1.0"?><svg xmlns="x"></svg>', 'svg'],
    ['h5', '\x89HDF\r\n\x1a\n....', 'hdf5'],
    ['npy', "\x93NUMPY\x01\x00v\x00{'descr': '<f4', ", 'npy'],
    ['bin', '\x00\x01\x02\x03\xfe', 'unknown'],
    ['txt', '', 'empty'],
  ])('.%s', async (extension, content, format) => {
    expect(
      await inspect(extension, Buffer.from(content, /标/.test(content) ? 'utf8' : 'latin1')),
    ).toMatchObject({ format, codes: [], state: 'clean' });
  });

  it('describes tables, also in the older Chinese encoding', async () => {
    const gbk = Buffer.from('c3fbb3c62cd6b50ab8dbbfda2c310ac2ebcdb72c320a', 'hex');
    expect(await inspect('csv', gbk)).toMatchObject({
      format: 'csv',
      description: { columns: [{ name: '名称' }, { name: '值' }], rowsCount: 2, rowsWhole: true },
    });
    const quoted = 'a,b\r\n"x\ny",2\r\n3,4';
    expect((await inspect('csv', quoted)).description).toMatchObject({ rowsCount: 2 });
  });
});

describe('a Parquet file', () => {
  const table = readFileSync(new URL('../fixtures/table.parquet', import.meta.url));

  it('is described by its footer, as pyarrow wrote it', async () => {
    expect((await inspect('parquet', table)).description).toEqual({
      ...{ kind: 'table', columnsCount: 7, rowsCount: 3, rowsWhole: true },
      columns: [
        { name: '时间', type: 'timestamp' },
        { name: 'value', type: 'double' },
        { name: 'n', type: 'int64' },
        { name: 'tags.list.element', type: 'string' },
        { name: 's', type: 'string' },
        { name: 'st.a', type: 'int64' },
        { name: 'st.b', type: 'string' },
      ],
    });
  });

  it('is described or refused, whatever stands in its footer', async () => {
    const bytes = fc.array(fc.tuple(fc.nat(table.length - 13), fc.nat(255)), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(bytes, async (changes) => {
        const changed = Buffer.from(table);
        for (const [place, byte] of changes) changed[4 + place] = byte;
        const { format, codes } = await inspect('parquet', changed);
        expect(format).toBe('parquet');
        expect(['', 'malformed']).toContain(codes.join(' '));
      }),
    );
    expect((await inspect('parquet', table.subarray(0, 900))).codes).toEqual(['malformed']);
  });
});

describe('code that goes by another name', () => {
  it('is dangerous: a pickle as safetensors, a library as a picture, an unmarked pickle as text', async () => {
    const pickle = await inspect('safetensors', pickles.calling('os', 'system'));
    expect(pickle).toMatchObject({
      ...{ format: 'pickle', state: 'danger' },
      findings: [
        { code: 'pickle_code' },
        { code: 'pickle_import', details: ['os system'] },
        { code: 'name_mismatch', details: ['safetensors', 'pickle'] },
      ],
    });
    expect(severityOf('name_mismatch', 'pickle')).toBe('danger');
    expect(severityOf('name_mismatch', 'png')).toBe('warning');
    const library = await inspect('png', '\x7fELF\x02\x01\x01');
    expect(library).toMatchObject({ state: 'danger', codes: ['executable', 'name_mismatch'] });
    const unmarked = await inspect('txt', pickles.unmarked('os', 'system'));
    expect(unmarked).toMatchObject({ format: 'pickle', state: 'danger' });
    const long = `cposix\nsystem\n(S'${'x'.repeat(70_000)}'\ntR.`;
    expect(await inspect('csv', long)).toMatchObject({ format: 'pickle', state: 'danger' });
    const bare = await inspect('bin', pickles.hidden().slice(2));
    expect(bare).toMatchObject({ format: 'pickle', state: 'danger' });
    expect(await inspect('onnx', 'no model at all')).toMatchObject({ codes: ['name_mismatch'] });
  });

  it.each([
    ['by name', pickles.calling('posix', 'system'), ['posix system']],
    ['by names on the stack', pickles.onStack('builtins', 'eval'), ['builtins eval']],
    ['by names that are worked out', pickles.hidden(), ['?']],
    ['before it breaks off', pickles.calling('os', 'system').slice(0, -2), ['os system', '?']],
    [
      'behind one that is harmless',
      `\x80\x02K\x01.${pickles.unmarked('os', 'system')}`,
      ['os system'],
    ],
    ['through what looks harmless', pickles.onStack('numpy', 'load'), ['numpy load']],
  ])('calls %s', async (_, pickle, details) => {
    expect(await inspect('pkl', pickle)).toMatchObject({
      state: 'danger',
      findings: [{ code: 'pickle_code' }, { code: 'pickle_import', details }],
    });
  });

  it('is shown as such even where it calls only what weights need', async () => {
    expect(await inspect('pkl', pickles.weights())).toMatchObject({
      state: 'warning',
      description: { kind: 'pickle', imports: ['collections OrderedDict'] },
    });
  });

  it('is found in what wraps it', async () => {
    const torch = zipSync({
      'm/data.pkl': bytesOf(pickles.calling('os', 'system')),
      'm/data/0': bytesOf('\x80\x02..'),
    });
    expect(await inspect('pt', torch)).toMatchObject({
      ...{ format: 'pytorch', state: 'danger', codes: ['pickle_code', 'pickle_import'] },
    });
    const safe = zipSync({ 'm/data.pkl': bytesOf(pickles.weights()) });
    expect(await inspect('pt', safe)).toMatchObject({ state: 'warning', codes: ['pickle_code'] });
    const header = "\x93NUMPY\x01\x00\x2f\x00{'descr': '|O', 'fortran_order': False, }".padEnd(57);
    const objects = bytesOf(header + pickles.calling('os', 'system'));
    expect((await inspect('npy', objects)).codes).toContain('pickle_import');
    expect(await inspect('npz', zipSync({ 'a.npy': objects }))).toMatchObject({
      ...{ format: 'npz', state: 'danger' },
    });
    const joblib = gzipSync(bytesOf(pickles.onStack('sklearn.tree', 'Tree')));
    expect(await inspect('joblib', joblib)).toMatchObject({ format: 'gzip', state: 'danger' });
    const zip = zipSync({ 'a/b.dat': bytesOf(pickles.calling('os', 'system')) });
    expect((await inspect('zip', zip)).codes).toEqual([
      'archive_pickle',
      'pickle_code',
      'pickle_import',
    ]);
  });

  it('is found in a Lambda layer, a picture with scripts and behind the end of another format', async () => {
    const config = bytesOf('{"layers": [{"class_name": "Lambda"}]}');
    const keras = zipSync({ 'config.json': config, 'model.weights.h5': bytesOf('x') });
    expect(await inspect('keras', keras)).toMatchObject({
      format: 'keras',
      codes: ['lambda_layer'],
    });
    const h5 = `\x89HDF\r\n\x1a\n${'.'.repeat(3_000_000)}"class_name": "Lambda"`;
    expect(await inspect('h5', h5)).toMatchObject({ state: 'danger', codes: ['lambda_layer'] });
    const svg = '<svg onload="alert(1)"></svg>';
    expect(await inspect('svg', svg)).toMatchObject({ codes: ['active_content'] });
    const both = Buffer.concat([safetensorsOf({}, 0), zipSync({ a: bytesOf('b') })]);
    expect((await inspect('safetensors', both)).codes).toContain('second_format');
  });
});

describe('tensors', () => {
  const tensor = (begin: number, end: number, shape = [2]) => ({
    ...{ dtype: 'F32', shape, data_offsets: [begin, end] },
  });

  it('are listed with their types and sizes', async () => {
    const header = { __metadata__: { format: 'pt' }, a: tensor(0, 8), b: tensor(8, 32, [2, 3]) };
    expect(await inspect('safetensors', safetensorsOf(header, 32))).toMatchObject({
      state: 'clean',
      description: {
        ...{ tensorsCount: 2, parametersCount: 8 },
        dtypes: [{ dtype: 'F32', tensorsCount: 2, parametersCount: 8 }],
        metadata: [{ key: 'format', value: 'pt' }],
      },
    });
  });

  it.each([
    ['overlap', { a: tensor(0, 8), b: tensor(4, 12) }, 12],
    ['leave a hole', { a: tensor(0, 8), b: tensor(12, 20) }, 20],
    ['lead beyond the end', { a: tensor(0, 8), b: tensor(8, 16) }, 12],
    ['are not as long as their shape', { a: tensor(0, 12) }, 12],
    ['leave bytes behind them', { a: tensor(0, 8) }, 4_096],
  ])('that %s are found', async (_, header, dataBytes) => {
    const found = await inspect('safetensors', safetensorsOf(header, dataBytes));
    expect(found).toMatchObject({ state: 'warning', codes: ['tensor_offsets'] });
  });

  it('of a header that is none are refused', async () => {
    for (const header of [{ a: [] }, { a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }]) {
      expect((await inspect('safetensors', safetensorsOf(header, 4))).codes).toEqual(['malformed']);
    }
    const broken = Buffer.from('1000000000000000'.concat('7b7b7b7b'.repeat(4)), 'hex');
    expect((await inspect('safetensors', broken)).codes).toEqual(['malformed']);
  });

  it('of a GGUF come with its architecture, length of context and quantisation', async () => {
    const values = {
      ...{
        'general.architecture': 'llama',
        'general.name': '小模型',
        'llama.context_length': 4096,
      },
    };
    const gguf = ggufOf(values, [{ name: 'w', shape: [4, 8], offset: 0 }], 64);
    expect(await inspect('gguf', gguf)).toMatchObject({
      ...{ format: 'gguf', state: 'clean' },
      description: {
        ...{ tensorsCount: 1, parametersCount: 32 },
        model: { architecture: 'llama', name: '小模型', quantisation: 'F16', contextLength: 4096 },
      },
    });
    const beyond = ggufOf(values, [{ name: 'w', shape: [4, 8], offset: 64 }], 64);
    expect((await inspect('gguf', beyond)).codes).toEqual(['tensor_offsets']);
    expect((await inspect('gguf', gguf.subarray(0, 60))).codes).toEqual(['malformed']);
  });
});

describe('archives', () => {
  it('are counted', async () => {
    const files = { 'a.txt': bytesOf('abc'), 'b/c.txt': bytesOf('defg') };
    const whole = { kind: 'archive', entriesCount: 2, unpackedBytes: 7, whole: true };
    expect(await inspect('zip', zipSync(files))).toMatchObject({ codes: [], description: whole });
    const tar = tarOf(Object.entries(files).map(([name, content]) => ({ name, content })));
    expect(await inspect('tar', tar)).toMatchObject({ codes: [], description: whole });
    expect(await inspect('tgz', gzipSync(tar))).toMatchObject({ codes: [], description: whole });
  });

  it.each(['../x', '/etc/passwd', 'a/../../b', '..\\x', 'C:\\x'])(
    'with the path %s are dangerous',
    async (name) => {
      const content = bytesOf('x');
      const state = 'danger';
      const codes = ['archive_path_escape'];
      expect(await inspect('zip', zipOf([{ name, content }]))).toMatchObject({ state, codes });
      expect(await inspect('tar', tarOf([{ name, content }]))).toMatchObject({ state, codes });
    },
  );

  it('with links out of the folder are dangerous, and others are not', async () => {
    const link = (target: string) =>
      zipOf([{ name: 'a/link', content: bytesOf(target), mode: 0o120777 }]);
    expect((await inspect('zip', link('../../etc'))).codes).toEqual(['archive_link_escape']);
    expect((await inspect('zip', link('../b'))).codes).toEqual([]);
    expect((await inspect('tar', tarOf([{ name: 'l', link: '/etc' }]))).codes).toEqual([
      'archive_link_escape',
    ]);
  });

  it('that unpack to far more than they are, share bytes or lie about their size are found', async () => {
    const bomb = { state: 'danger', codes: ['archive_bomb'] };
    expect(await inspect('zip', zipSync({ zeros }))).toMatchObject(bomb);
    expect(await inspect('gz', gzipSync(zeros))).toMatchObject(bomb);
    const tar = gzipSync(tarOf([{ name: 'zeros', content: zeros }]));
    expect(await inspect('tgz', tar)).toMatchObject(bomb);
    const content = deflateRawSync(zeros);
    const lie = zipOf([{ name: 'a', content, method: 8, sizeBytes: 10 }]);
    expect((await inspect('zip', lie)).codes).toEqual(['archive_size_lie']);
    const twice = ['a', 'b'].map((name) => ({ name, content, method: 8 as const, offset: 0 }));
    const shared = zipOf(twice.map((entry) => ({ ...entry, sizeBytes: 1_000 })));
    expect((await inspect('zip', shared)).codes).toContain('archive_overlap');
  });

  it('within archives, and what they hide, are told', async () => {
    const inner = zipSync({ a: bytesOf('b') });
    expect(
      (await inspect('zip', zipOf([{ name: 'in.zip', content: Buffer.from(inner) }]))).codes,
    ).toEqual(['archive_nested']);
    const executable = tarOf([{ name: 'a.so', content: bytesOf('\x7fELF\x02') }]);
    expect((await inspect('tar', executable)).codes).toEqual(['archive_executable']);
    const secret = zipOf([{ name: 'a', content: bytesOf('x'), flags: 1 }]);
    expect((await inspect('zip', secret)).codes).toEqual(['archive_encrypted']);
  });

  it('that break off or never end are refused', async () => {
    const zip = zipSync({ a: bytesOf('b') });
    expect((await inspect('zip', zip.subarray(0, 40))).codes).toEqual(['malformed']);
    expect((await inspect('gz', gzipSync(bytesOf('abc')).subarray(0, 12))).codes).toEqual([
      'malformed',
    ]);
    const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`${n}`, bytesOf('')]));
    expect((await inspect('zip', zipSync(many))).codes).toEqual(['too_complex']);
  });
});

it('says what was found in both languages, with names that cannot break out of the sentence', () => {
  const hostile = { code: 'archive_path_escape', details: ['../{}$&<b>'] } as const;
  const { words } = findingOf({ ...hostile, details: [...hostile.details] }, 'zip');
  expect(words.zh).toContain('../{}$&<b>');
  expect(words.en).toContain('../{}$&<b>');
});
