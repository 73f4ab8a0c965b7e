import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What real-engine tests need from the system, and where its presence shows. */
export const systemPackages = [
  { name: 'bubblewrap', shows: ['/usr/bin/bwrap'], for: 'isolation of programs' },
  { name: 'chromium', shows: ['/usr/bin/chromium'], for: 'tests in a browser' },
  {
    name: 'fonts-noto-cjk',
    shows: ['/usr/share/fonts/opentype/noto'],
    for: 'Chinese in screenshots',
  },
  {
    name: 'mosquitto',
    shows: ['/usr/sbin/mosquitto'],
    for: 'comparing with another MQTT broker',
  },
  {
    name: 'mosquitto-clients',
    shows: ['/usr/bin/mosquitto_pub'],
    for: "tests with others' MQTT clients",
  },
  {
    name: 'postgresql',
    shows: ['/usr/lib/postgresql'],
    for: 'tests on PostgreSQL',
  },
  { name: 'strace', shows: ['/usr/bin/strace'], for: 'seeing each fsync' },
] as const;

/**
 * Installs what is missing where it may (Debian, root). Returns a sentence for each package that had to
 * be left out, with what that leaves untested.
 */
export function installSystemPackages(say: (line: string) => void): string[] {
  const missing = systemPackages.filter(({ shows }) => !shows.some((path) => existsSync(path)));
  if (missing.length === 0) return [];
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (mayInstall) {
    const names = missing.map(({ name }) => name);
    say(`installing ${names.join(', ')} with apt-get`);
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore', env: environment });
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: environment,
    });
  }
  return missing
    .filter(({ shows }) => !shows.some((path) => existsSync(path)))
    .map(({ name, for: purpose }) => `${name} is not installed: ${purpose} left out`);
}
