import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Ant Design writes style elements at run time, hence 'unsafe-inline' for styles and only there. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/**
 * The built portal, and the verifier for download. Files under `assets/` carry their hash in the name and never change; every path
 * which no door takes gets the page, whose router then knows.
 */
export async function registerPortal(
  server: FastifyInstance,
  { portal, verifier }: { portal: URL; verifier: URL },
): Promise<void> {
  await server.register(fastifyStatic, {
    root: fileURLToPath(portal),
    wildcard: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders(reply, path) {
      reply.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    },
  });
  // For keeping and opening offline: a verifier that its own operator serves proves less.
  await server.register(fastifyStatic, {
    root: fileURLToPath(verifier),
    prefix: '/verifier/',
    wildcard: false,
    index: false,
    decorateReply: false,
    setHeaders: (reply) => reply.header('content-disposition', 'attachment'),
  });
  server.get('/*', (request, reply) => {
    if (/^\/(api|ledger)\//.test(request.url)) return reply.callNotFound();
    return reply.sendFile('index.html');
  });
}
