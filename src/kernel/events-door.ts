import type { Access } from './access.ts';
import type { Door } from './door.ts';
import { kernelErrors } from './errors.ts';
import type { Live } from './live.ts';

const TOPICS_MAX = 20;
const HEARTBEAT_MILLISECONDS = 15_000;

/**
 * `GET /api/v1/events?topics=a,b`: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)
 * whose data is `{topic, at}`. A page reads again what changed; the event itself tells nothing. Topics
 * `home` and `<type>` are open; `<type>/<id>` needs the permission to read that resource.
 */
export function eventsDoor(uses: {
  live: Live;
  access: Access;
  now(): Date;
  /** The permission to read a type of resource, or null where there is no such type. */
  readPermission(type: string): string | null;
}): Door {
  return {
    module: 'kernel',
    name: 'events',
    method: 'GET',
    path: '/api/v1/events',
    summary: 'Follow changes of named topics as server-sent events',
    permission: 'open',
    bodyBytesMax: 0,
    errors: ['invalid', 'denied', 'missing'],
    async handle({ query, response }, call) {
      const topics = new Set((query.get('topics') ?? '').split(',').filter(Boolean));
      if (topics.size === 0 || topics.size > TOPICS_MAX) {
        throw kernelErrors.make.invalid_input({ problem: `topics: name 1 to ${TOPICS_MAX}` });
      }
      for (const topic of topics) {
        const [type = '', id] = topic.split('/');
        const permission = uses.readPermission(type);
        if (id === undefined) continue;
        if (!permission) throw kernelErrors.make.missing({ id: topic });
        await uses.access.require(call.principal, permission, { type, id });
      }
      // A page that was left meanwhile has closed already, and will not say so again.
      if (response.closed) return { streaming: true };
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      const send = (topic: string) => {
        if (!topics.has(topic)) return;
        const at = uses.now().toISOString();
        response.write(`data: ${JSON.stringify({ topic, at })}\n\n`);
      };
      response.write(': open\n\n');
      const leave = uses.live.subscribe(send);
      const heartbeat = setInterval(() => response.write(': here\n\n'), HEARTBEAT_MILLISECONDS);
      response.once('close', () => {
        clearInterval(heartbeat);
        leave();
      });
      return { streaming: true };
    },
  };
}
