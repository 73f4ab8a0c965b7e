import { zipEntries } from '../shared/zip-entries.ts';

/** An array of numpy's: its shape and its bytes, as they lie. */
export type NumpyArray = { shape: readonly number[]; type: string; bytes: Uint8Array };

/** Reads the arrays of an .npz: a ZIP of .npy files (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
export function readNpz(bytes: Buffer): (name: string) => NumpyArray {
  const files = zipEntries(bytes);
  return (name) => {
    const file = files.get(`${name}.npy`);
    if (!file) throw new Error(`the weights lack ${name}`);
    return readNpy(file());
  };
}

function readNpy(file: Uint8Array): NumpyArray {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = file[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = (file[6] === 1 ? 10 : 12) + length;
  const head = new TextDecoder().decode(file.subarray(10, start));
  const type = /'descr': '([^']+)'/.exec(head)?.[1];
  const shape = /'shape': \(([^)]*)\)/.exec(head)?.[1];
  if (!type || shape === undefined || !head.includes("'fortran_order': False")) {
    throw new Error('an array of the weights is not laid out as expected');
  }
  const sizes = shape.split(',').filter((size) => size.trim() !== '');
  return { shape: sizes.map(Number), type, bytes: file.subarray(start) };
}

/** The numbers of an array of floats of 32 or 64 bits. */
export function floatsOf({ type, bytes }: NumpyArray): Float32Array {
  if (type === '<f4') return new Float32Array(new Uint8Array(bytes).buffer);
  if (type === '<f8') return Float32Array.from(new Float64Array(new Uint8Array(bytes).buffer));
  throw new Error(`an array of the weights is of ${type}, not of floats`);
}
