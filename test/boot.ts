import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Actor, enterAs } from '../src/apps/demo/actor.ts';
import { type Platform, startPlatform } from '../src/apps/platform.ts';
import type { PlatformOptions } from '../src/apps/platform-options.ts';

export type Booted = {
  platform: Platform;
  address: string;
  folder: string;
  /** Somebody of the demonstration, with a typed client. Signed in once: how often one may is bounded. */
  as(persona: string): Promise<Actor>;
  stop(): Promise<void>;
};

/** Boots the whole platform in this process, in a folder of its own that goes away with it. */
export async function boot(options: Partial<PlatformOptions> = {}): Promise<Booted> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'touyan-test-')));
  const platform = await startPlatform({
    folder,
    host: '127.0.0.1',
    port: 0,
    databaseUrl: null,
    origin: 'test.local/log',
    demonstration: true,
    witness: null,
    log: { level: 'error', format: 'json' },
    environment: { CITY_MQTT_PORT: '0' },
    ...options,
  });
  const entered = new Map<string, Promise<Actor>>();
  return {
    platform,
    address: platform.address,
    folder,
    as(persona) {
      const known = entered.get(persona) ?? enterAs(platform.address, persona);
      entered.set(persona, known);
      return known;
    },
    async stop() {
      await platform.stop();
      if (!options.folder) await rm(folder, { recursive: true, force: true });
    },
  };
}
