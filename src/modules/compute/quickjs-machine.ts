import { dirname, join, normalize } from 'node:path/posix';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  RELEASE_SYNC,
} from 'quickjs-emscripten';
import type { ErrorClaim } from './row-protocol.ts';

const PAGE_BYTES = 65_536;
const PAGES_MIN = 256;
const STACK_BYTES = 512 * 1024;
const CLAIM_MAX = 2_000;

/** The program threw where its harness could not catch it. */
export class MachineError extends Error {
  readonly claim: ErrorClaim;
  constructor(claim: ErrorClaim) {
    super(claim.message);
    this.claim = claim;
  }
}

/** What the host gives the harness; see harness/quickjs.mjs. */
export type HostFunctions = {
  print(text: string): void;
  read(name: string): Uint8Array;
  write(name: string, data: string | Uint8Array): void;
};

/** A QuickJS (https://bellard.org/quickjs) in WebAssembly, with the harness loaded. */
export type Machine = {
  /** Loads the program, and calls a function of the harness on it and the options. */
  begin(name: 'startRows' | 'startBatch', entry: string, options: string): string;
  /** Calls a function of the harness. */
  call(name: 'answer' | 'ending', text?: string): string;
  /** Runs what waits in promises, until nothing does. */
  settle(): void;
  memoryBytes(): number;
};

/**
 * Starts a machine whose whole memory is one WebAssembly memory with a hard maximum: QuickJS's own limit
 * does not count array buffers. `files` are modules by path, `program/…` and `harness/…`.
 */
export async function startMachine(options: {
  files: ReadonlyMap<string, string>;
  memoryBytes: number;
  host: HostFunctions;
  /** Called now and then while code runs. */
  onInterrupt(): void;
}): Promise<Machine> {
  const maximum = Math.max(PAGES_MIN, Math.floor(options.memoryBytes / PAGE_BYTES));
  const wasmMemory = new WebAssembly.Memory({ initial: PAGES_MIN, maximum });
  const module = await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory }));
  const runtime = module.newRuntime();
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setInterruptHandler(() => {
    options.onInterrupt();
    return false;
  });
  runtime.setModuleLoader(
    (name) => options.files.get(name) ?? { error: new Error(`There is no module ${name}.`) },
    (base, name) => (name.startsWith('.') ? normalize(join(dirname(base), name)) : name),
  );
  const context = runtime.newContext();
  const machine = { context, settle: () => check(context, runtime.executePendingJobs()) };
  giveHost(context, options.host);
  const harness = loadModule(machine, options.files, 'harness/quickjs.mjs');
  const call = (name: string, values: readonly QuickJSHandle[]): string => {
    const step = context.getProp(harness, name);
    const result = check(context, context.callFunction(step, context.undefined, ...values));
    const text = context.getString(result);
    for (const handle of [step, result, ...values]) handle.dispose();
    return text;
  };
  return {
    begin(name, entry, json) {
      const program = loadModule(machine, options.files, `program/${entry}`);
      return call(name, [program, context.newString(json)]);
    },
    call: (name, text) => call(name, text === undefined ? [] : [context.newString(text)]),
    settle: machine.settle,
    memoryBytes: () => wasmMemory.buffer.byteLength,
  };
}

type Loading = { context: QuickJSContext; settle(): void };

/** The exports of a module, after whatever it awaits. */
function loadModule(
  { context, settle }: Loading,
  files: ReadonlyMap<string, string>,
  path: string,
): QuickJSHandle {
  const source = files.get(path) ?? '';
  const result = check(context, context.evalCode(source, path, { type: 'module' }));
  settle();
  const state = context.getPromiseState(result);
  if (state.type === 'fulfilled') return state.value;
  if (state.type === 'rejected') throw new MachineError(claimIn(context, state.error));
  throw new MachineError({ kind: 'error', message: `${path} waits for what never comes.` });
}

function giveHost(context: QuickJSContext, { print, read, write }: HostFunctions): void {
  const host = context.newObject();
  const give = (name: string, action: (...values: QuickJSHandle[]) => QuickJSHandle) => {
    context.newFunction(name, action).consume((step) => context.setProp(host, name, step));
  };
  give('print', (text) => {
    if (text) print(context.getString(text));
    return context.undefined;
  });
  give('read', (name) => context.newArrayBuffer(copyOf(read(textOf(context, name)))));
  give('readText', (name) => {
    return context.newString(new TextDecoder().decode(read(textOf(context, name))));
  });
  give('write', (name, data) => {
    if (!data || context.typeof(data) === 'string') {
      write(textOf(context, name), textOf(context, data));
    } else context.getArrayBuffer(data).consume(({ value }) => write(textOf(context, name), value));
    return context.undefined;
  });
  context.setProp(context.global, 'host', host);
  host.dispose();
}

function textOf(context: QuickJSContext, handle: QuickJSHandle | undefined): string {
  return handle ? context.getString(handle) : '';
}

function copyOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}

type Result<Value> = { error?: undefined; value: Value } | { error: QuickJSHandle };

function check<Value>(context: QuickJSContext, result: Result<Value>): Value {
  if (result.error === undefined) return result.value;
  const claim = claimIn(context, result.error);
  throw new MachineError(claim);
}

function claimIn(context: QuickJSContext, handle: QuickJSHandle): ErrorClaim {
  const error: unknown = context.dump(handle);
  const { name = '', message = '' } =
    typeof error === 'object' && error !== null ? record(error) : {};
  const kind = message === 'out of memory' ? 'memory' : 'error';
  return { kind, message: `${name}: ${message}`.slice(0, CLAIM_MAX) };
}

function record(error: object): { name?: string; message?: string } {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    name: 'name' in error ? text(error.name) : '',
    message: 'message' in error ? text(error.message) : '',
  };
}
