import { openDatabase } from '#kernel/db.ts';
import { serveHub } from './testing-hf.ts';

// A hub on a folder, as a process that a test can kill: says its address and, the first time, a key.
const [folder = '', first] = process.argv.slice(2);
const db = openDatabase({ engine: 'pglite', folder: `${folder}/database` });
const hub = await serveHub(db, {}, folder);
const ada = first === 'first' ? await hub.person('ada') : null;
console.log(JSON.stringify({ address: hub.address, key: ada?.key, namespace: ada?.namespace }));
