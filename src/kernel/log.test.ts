import { describe, expect, it } from 'vitest';
import { createLog, type LogOptions } from './log.ts';

function record(format: LogOptions['format']) {
  const lines: string[] = [];
  const log = createLog(
    { level: 'info', format },
    { stream: { write: (line) => lines.push(line) } },
  );
  return { log, lines };
}

describe('the log', () => {
  it('writes one object a line and hides what is named like a secret', () => {
    const { log, lines } = record('json');
    const headers = { authorization: 'Bearer abc', cookie: 'session=abc', accept: '*/*' };
    log
      .child({ module: 'hub' })
      .info({ password: 'abc', headers, body: { secret: 'abc' } }, 'seen');
    log.warn({ request: { headers: { ...headers, 'set-cookie': 'abc' } } }, 'seen');
    log.error({ error: new Error('no disk') }, 'failed');
    log.debug({}, 'below the level');
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toContain('abc');
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'info', module: 'hub', msg: 'seen' });
    expect(JSON.parse(lines[2]!).error).toMatchObject({ message: 'no disk' });
  });

  it('reads well in a terminal, or keeps quiet but for errors', () => {
    const terminal = record('pretty');
    terminal.log.info({ port: 7800 }, 'listening');
    expect(terminal.lines[0]).toMatch(/^\d\d:\d\d:\d\d info {2}listening port=7800\n$/);
    const quiet = record('quiet');
    quiet.log.warn({}, 'not shown');
    quiet.log.error({ error: new Error('no disk') }, 'failed');
    expect(quiet.lines).toHaveLength(1);
    expect(quiet.lines[0]).toContain('Error: no disk');
  });
});
