import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLive, type LiveEvent } from './live.ts';

/**
 * One stream a tab: for the topics listened to, closed while hidden, opened again with a gap told.
 */
type Fake = Pick<EventSource, 'onopen' | 'onmessage' | 'onerror'> & {
  url: string;
  closed: boolean;
};

let opened: Fake[] = [];
let hidden = false;
let turn = () => {};

function start() {
  opened = [];
  return createLive(
    { url: '/events' },
    {
      open: (url) => {
        const fake = { url, closed: false, onopen: null, onmessage: null, onerror: null };
        opened.push(fake);
        return Object.assign(fake, { close: () => (fake.closed = true) }) as unknown as EventSource;
      },
      page: {
        get visibilityState(): DocumentVisibilityState {
          return hidden ? 'hidden' : 'visible';
        },
        addEventListener: (_: string, listener: unknown) => {
          turn = listener as () => void;
        },
      },
    },
  );
}

const last = () => opened.at(-1)!;
const open = () => last().onopen!.call({} as EventSource, {} as Event);
const fail = () => last().onerror!.call({} as EventSource, {} as Event);
const send = (data: string) =>
  last().onmessage!.call({} as EventSource, { data } as MessageEvent<string>);

beforeEach(() => {
  vi.useFakeTimers();
  hidden = false;
});
afterEach(() => vi.useRealTimers());

test('topics asked for together share one stream, and each listener hears its own', () => {
  const live = start();
  const heard: (LiveEvent | 'gap')[] = [];
  live.listen('home', (event) => heard.push(event));
  live.listen('cases', () => {});
  vi.advanceTimersByTime(100);
  expect(opened.map(({ url }) => url)).toEqual(['/events?topics=cases%2Chome']);
  open();
  send('{"topic":"cases","at":"t"}');
  send('{"topic":"home","at":"t"}');
  send('not json');
  send('{"topic":"home"}');
  expect(heard).toEqual([{ topic: 'home', at: 't' }]);
});

test('a stream that no one listens to is closed', () => {
  const live = start();
  const silence = live.listen('home', () => {});
  vi.advanceTimersByTime(100);
  silence();
  vi.advanceTimersByTime(100);
  expect(last().closed).toBe(true);
  expect(live.state()).toBe('idle');
});

test('a hidden tab holds no connection; shown again it tells of the gap', () => {
  const live = start();
  const heard: unknown[] = [];
  live.listen('home', (event) => heard.push(event));
  vi.advanceTimersByTime(100);
  open();
  hidden = true;
  turn();
  vi.advanceTimersByTime(100);
  expect(last().closed).toBe(true);
  hidden = false;
  turn();
  vi.advanceTimersByTime(100);
  open();
  expect(opened).toHaveLength(2);
  expect(heard).toEqual(['gap']);
});

test('a failure is tried again, ever later; only several are called a lost connection', () => {
  const live = start();
  live.listen('home', () => {});
  vi.advanceTimersByTime(100);
  fail();
  expect(live.state()).toBe('connecting');
  vi.advanceTimersByTime(1_000);
  fail();
  vi.advanceTimersByTime(1_999);
  expect(opened).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(opened).toHaveLength(3);
  fail();
  expect(live.state()).toBe('lost');
  vi.advanceTimersByTime(4_000);
  open();
  expect(live.state()).toBe('open');
});
