import { type DestinationStream, pino } from 'pino';

/** Fields of one line; an error goes under `error`. */
type LogFields = Readonly<Record<string, unknown>>;

/** Structured lines. Messages are constant sentences; what varies stands in the fields. */
export type Log = {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A log whose lines all carry these fields. */
  child(fields: LogFields): Log;
};

export type LogOptions = {
  level: 'debug' | 'info' | 'warn' | 'error';
  /** `json`: one object a line; `pretty`: for a terminal; `quiet`: errors only, for a terminal. */
  format: 'json' | 'pretty' | 'quiet';
};

const SECRETS = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey'];
const REDACTED = ['', '*.', '*.*.', '*.headers.'].flatMap((path) => [
  ...SECRETS.map((name) => path + name),
  `${path}["set-cookie"]`,
  `${path}["x-api-key"]`,
]);

/** Writes to standard error unless given another stream. Members named like secrets are redacted. */
export function createLog(
  options: LogOptions,
  uses: { stream?: { write(line: string): void } } = {},
): Log {
  const stream = uses.stream ?? process.stderr;
  const destination: DestinationStream =
    options.format === 'json' ? stream : { write: (line) => stream.write(pretty(line)) };
  return pino(
    {
      level: options.format === 'quiet' ? 'error' : options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      // A path may not start with a dot before a bracket.
      redact: REDACTED.map((path) => path.replace('.[', '[')),
    },
    destination,
  );
}

/** A log that says nothing. */
export function silentLog(): Log {
  const silent: Log = {
    debug() {},
    info() {},
    warn() {},
    error() {},
    child: () => silent,
  };
  return silent;
}

function pretty(line: string): string {
  const { level, time, msg, error, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const head = [String(time).slice(11, 19), String(level).padEnd(5), msg, ...fields].join(' ');
  const stack = error && typeof error === 'object' && 'stack' in error ? `\n${error.stack}` : '';
  return `${head}${stack}\n`;
}
