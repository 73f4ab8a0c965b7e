/** One line of an input or output; the name of a field inside another is `items[].why.class`. */
export type ApiField = {
  readonly name: string;
  /** Readable: `integer`, `text · date-time`, `open | closed`, `text[]`. */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
};

export type ApiProblem = {
  readonly status: number;
  readonly code: string;
  readonly message: string;
};

export type ApiOperation = {
  /** `hub.createRepository` */
  readonly id: string;
  readonly module: string;
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly inputs: readonly ApiField[];
  readonly outputs: readonly ApiField[];
  readonly problems: readonly ApiProblem[];
  readonly curl: string;
  readonly command: string;
};

export type ApiModule = { readonly name: string; readonly operations: readonly ApiOperation[] };

type Tree = Readonly<Record<string, unknown>>;

const depthMax = 6;
const optionsMax = 12;
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * Reads the operations out of an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0) whose
 * operation ids are `module.operation`, as the platform writes it. `origin` goes into the command
 * lines. Whatever does not fit is left out.
 */
export function readOpenApi(document: unknown, origin: string): ApiModule[] {
  const operations = Object.entries(treeOf(treeOf(document).paths)).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const described = treeOf(item)[method];
      return isTree(described) ? [operationOf(method, path, described, origin)] : [];
    }),
  );
  const byModule = Map.groupBy(operations, ({ module }) => module);
  return [...byModule].map(([name, own]) => ({ name, operations: own }));
}

/** The operations which have all the words of a search in name, path, summary or codes. */
export function searchModules(modules: readonly ApiModule[], text: string): ApiModule[] {
  const asked = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ id, path, method, summary, problems }: ApiOperation) => {
    const codes = problems.map(({ code }) => code).join(' ');
    const all = `${id} ${method} ${path} ${summary} ${codes}`.toLowerCase();
    return asked.every((word) => all.includes(word));
  };
  return modules
    .map(({ name, operations }) => ({ name, operations: operations.filter(fits) }))
    .filter(({ operations }) => operations.length > 0);
}

type Part = { name: string; place: string; required: boolean; schema: Tree };

function operationOf(method: string, path: string, described: Tree, origin: string): ApiOperation {
  const id = textOf(described.operationId);
  const [module = '', name = ''] = id.split('.');
  const parts = partsOf(described);
  return {
    ...{ id, module, name, path, method: method.toUpperCase() },
    summary: textOf(described.summary),
    inputs: parts.flatMap(({ schema, ...part }) => fieldsOf(part.name, schema, part.required, 0)),
    outputs: outputsOf(described),
    problems: problemsOf(described),
    curl: curlOf(method, `${origin}${path}`, parts),
    command: commandOf(module, name, parts),
  };
}

/** Parameters of path and query, and the members of the body. */
function partsOf(described: Tree): Part[] {
  const parameters = listOf(described.parameters).map((parameter) => ({
    name: textOf(parameter.name),
    place: textOf(parameter.in),
    required: parameter.required === true,
    schema: treeOf(parameter.schema),
  }));
  const body = jsonSchemaOf(treeOf(described.requestBody));
  const members = Object.entries(treeOf(body.properties)).map(([name, schema]) => ({
    ...{ name, place: 'body', required: isRequired(body, name), schema: treeOf(schema) },
  }));
  return [...parameters, ...members];
}

function outputsOf(described: Tree): ApiField[] {
  for (const [status, response] of Object.entries(treeOf(described.responses))) {
    if (!status.startsWith('2')) continue;
    return membersOf('', jsonSchemaOf(treeOf(response)), 0);
  }
  return [];
}

function problemsOf(described: Tree): ApiProblem[] {
  return Object.entries(treeOf(described.responses)).flatMap(([status, response]) =>
    listOf(jsonSchemaOf(treeOf(response)).oneOf).flatMap((one) => {
      const { code, message } = treeOf(one.properties);
      const known = textOf(treeOf(code).const);
      const sentence = textOf(treeOf(message).default);
      return known === '' ? [] : [{ status: Number(status), code: known, message: sentence }];
    }),
  );
}

function jsonSchemaOf(holder: Tree): Tree {
  const content = treeOf(holder.content);
  return treeOf(treeOf(content['application/json'] ?? Object.values(content)[0]).schema);
}

function fieldsOf(name: string, schema: Tree, required: boolean, depth: number): ApiField[] {
  const field = { name, type: typeOf(schema), required, description: textOf(schema.description) };
  return [field, ...membersOf(name, schema, depth + 1)];
}

/** The fields inside an object, a list of objects, or any of several. */
function membersOf(name: string, schema: Tree, depth: number): ApiField[] {
  if (depth > depthMax) return [];
  if (isTree(schema.items)) return membersOf(`${name}[]`, schema.items, depth);
  const own = Object.entries(treeOf(schema.properties)).flatMap(([key, member]) => {
    const path = name === '' ? key : `${name}.${key}`;
    return fieldsOf(path, treeOf(member), isRequired(schema, key), depth);
  });
  const among = choicesOf(schema).flatMap((choice) => membersOf(name, choice, depth));
  const seen = new Set<string>();
  return [...own, ...among].filter((field) => !seen.has(field.name) && seen.add(field.name));
}

function typeOf(schema: Tree): string {
  const choices = choicesOf(schema);
  if (choices.length > 0) return [...new Set(choices.map(typeOf))].join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) {
    const options = schema.enum.slice(0, optionsMax).map(String).join(' | ');
    return schema.enum.length > optionsMax ? `${options} | …` : options;
  }
  if (isTree(schema.items)) {
    const inner = typeOf(schema.items);
    return inner.includes(' | ') ? `(${inner})[]` : `${inner}[]`;
  }
  if (isTree(schema.additionalProperties))
    return `{ [key]: ${typeOf(schema.additionalProperties)} }`;
  const type = textOf(schema.type);
  if (type === '') return 'JSON';
  const name = type === 'string' ? 'text' : type;
  return typeof schema.format === 'string' ? `${name} · ${schema.format}` : name;
}

const choicesOf = (schema: Tree): Tree[] => [...listOf(schema.anyOf), ...listOf(schema.oneOf)];

/** `callId` as the shell's variable that one fills in: `$CALL_ID`. */
const variable = (name: string) => `$${hyphenated(name).replaceAll('-', '_').toUpperCase()}`;

const hyphenated = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function curlOf(method: string, address: string, parts: readonly Part[]): string {
  const filled = address.replace(/\{(\w+)\}/g, (_, name: string) => variable(name));
  const query = parts
    .filter(({ place, required }) => place === 'query' && required)
    .map(({ name }) => `${name}=${variable(name)}`);
  const url = query.length === 0 ? filled : `${filled}?${query.join('&')}`;
  const body = parts.filter(({ place }) => place === 'body');
  const needed = body.filter(({ required }) => required);
  const sample = Object.fromEntries(needed.map(({ name, schema }) => [name, sampleOf(schema, 0)]));
  return [
    method === 'get' ? 'curl' : `curl -X ${method.toUpperCase()}`,
    `-H "authorization: Bearer $TOUYAN_KEY"`,
    ...(body.length === 0
      ? []
      : [`-H 'content-type: application/json'`, `-d '${JSON.stringify(sample)}'`]),
    `"${url}"`,
  ].join(' ');
}

/** The command line names an operation and its input as `touyan hub create-repository --name …`. */
function commandOf(module: string, name: string, parts: readonly Part[]): string {
  const flags = parts
    .filter(({ required }) => required)
    .map(({ name: key, schema }) => {
      const sample = sampleOf(schema, 0);
      if (sample === true) return `--${hyphenated(key)}`;
      const [first] = Array.isArray(sample) ? sample : [sample];
      const value = typeof first === 'object' ? `'${JSON.stringify(sample)}'` : String(first);
      return `--${hyphenated(key)} ${first === '…' ? `"${variable(key)}"` : value}`;
    });
  return ['touyan', module, hyphenated(name), ...flags].join(' ');
}

/** A value of the schema's form: `…` where one fills in a text. */
function sampleOf(schema: Tree, depth: number): unknown {
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const [choice] = choicesOf(schema).filter(({ type }) => type !== 'null');
  if (choice !== undefined && depth < depthMax) return sampleOf(choice, depth + 1);
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return true;
  if (isTree(schema.items)) return depth < depthMax ? [sampleOf(schema.items, depth + 1)] : [];
  const members = Object.entries(treeOf(schema.properties)).filter(([key]) =>
    isRequired(schema, key),
  );
  if (schema.type !== 'object') return '…';
  return Object.fromEntries(
    members.map(([key, member]) => [key, sampleOf(treeOf(member), depth + 1)]),
  );
}

const isRequired = (schema: Tree, name: string): boolean =>
  Array.isArray(schema.required) && schema.required.includes(name);

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const treeOf = (value: unknown): Tree => (isTree(value) ? value : {});

const listOf = (value: unknown): Tree[] => (Array.isArray(value) ? value.filter(isTree) : []);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
