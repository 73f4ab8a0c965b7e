import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import type { ModuleContract } from './contract.ts';

/** The OpenAPI 3.1 document of all contracts; tags are the modules. */
export function describeApi(
  contracts: readonly ModuleContract[],
  version: string,
): Promise<object> {
  const generator = new OpenAPIGenerator({
    schemaConverters: [new ZodToJsonSchemaConverter()],
  });
  const router = Object.fromEntries(contracts.map(({ name, operations }) => [name, operations]));
  return generator.generate(router, {
    info: {
      title: 'Touyan 头雁',
      version,
      description: 'The operating platform of a city’s AI commons.',
    },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key' },
        session: { type: 'apiKey', in: 'cookie', name: 'touyan.session_token' },
      },
    },
    security: [{ key: [] }, { session: [] }, {}],
  });
}
