import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { openDatabase } from '#kernel/db.ts';
import { nobody } from '#kernel/testing-calls.ts';
import { columnsOf } from './croissant-columns.ts';
import { serveHub } from './hf/testing-hf.ts';
import { installClient, runClient } from './testing-clients.ts';

const client = installClient('python', ['mlcroissant==1.1.1']);

it('finds names and types of columns in the beginning of a table', () => {
  const text =
    'id,"a, b",when,note,flag\r\n1,0.5,2026-11-23,"x\ny ""z""",true\r\n2,,2026-11-24,,false\r\n3';
  expect(columnsOf(text, false)).toEqual([
    { name: 'id', type: 'sc:Integer' },
    { name: 'a, b', type: 'sc:Float' },
    { name: 'when', type: 'sc:Date' },
    { name: 'note', type: 'sc:Text' },
    { name: 'flag', type: 'sc:Boolean' },
  ]);
  expect(columnsOf('a,a\n1,2\n', true)).toBeNull();
  expect(columnsOf('a,\n1,2\n', true)).toBeNull();
  expect(columnsOf('', true)).toBeNull();
  expect(columnsOf('code\n007\n', true)).toEqual([{ name: 'code', type: 'sc:Text' }]);
});

it.skipIf(client === null)(
  'mlcroissant accepts a dataset repository, and reads its records from the running door',
  { timeout: 90_000 },
  async () => {
    const hub = await serveHub(openDatabase({ engine: 'pglite', folder: null }));
    const ada = await hub.person('ada');
    const call = await ada.call;
    const create = async (kind: 'dataset' | 'algorithm', files: Record<string, string>) => {
      const { id } = await hub.hub.handlers.createRepository(
        {
          ...{ ownerId: ada.organisationId, kind, name: `port-${kind}`, audience: 'public' },
          ...{ title: { zh: '港口温度', en: '' }, summary: { zh: '港口的温度', en: '' } },
          ...{ licence: 'CC-BY-4.0', tags: ['port'], sector: null, task: null },
        },
        call,
      );
      const uploaded = [];
      for (const [path, body] of Object.entries(files)) {
        const { digest } = await hub.hub.storeFile(
          { repositoryId: id, source: Readable.from([Buffer.from(body)]) },
          call,
        );
        uploaded.push({ path, digest });
      }
      const publish = { repositoryId: id, files: uploaded, message: '' };
      await hub.hub.handlers.publishRevision(publish, call);
      return `${hub.address}/api/v1/hub/repositories/${id}/croissant`;
    };
    const card = '---\nlanguage: zh\ncitation: Port of Ada, 2026\n---\n# 港口';
    const table = 'day,温度,berth\n2026-11-01,4.5,A1\n2026-11-02,5,"B, 2"\n';
    const url = await create('dataset', { 'README.md': card, 'data/温度 1.csv': table });
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toBe(
      'application/ld+json; profile="http://mlcommons.org/croissant/1.1"',
    );
    const { said } = await runClient(join(client ?? '', 'bin', 'python'), 'croissant-client.py', {
      url,
    });
    expect(said, said).toContain('errors []');
    expect(said).toContain('warnings []');
    expect(said).toMatch(/^records .*"温度": 4\.5.*"berth": "B, 2"/m);
    // Only datasets, and only those that the reader may see.
    expect((await fetch(await create('algorithm', { 'model.onnx': 'x' }))).status).toBe(404);
    const id = url.split('/').at(-2) ?? '';
    await hub.hub.handlers.setAudience({ repositoryId: id, audience: 'owner' }, call);
    expect((await fetch(url)).status).toBe(401);
    await expect(hub.hub.handlers.getRepository({ repositoryId: id }, nobody)).rejects.toThrow();
    await hub.close();
  },
);
