import { describe, expect, it } from 'vitest';
import { isPointerFile, runsCodeWhenLoaded } from './content-marks.ts';
import { mediaTypeOf, servedTypeOf } from './media-types.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('marks on files', () => {
  it('marks pickles and what wraps them, whatever their name', () => {
    expect(runsCodeWhenLoaded('model.pkl', bytes(''))).toBe(true);
    expect(runsCodeWhenLoaded('innocent.bin', bytes('\x80\x04\x95rest'))).toBe(true);
    expect(runsCodeWhenLoaded('model.bin', bytes('PK\x03\x04......archive/data.pkl'))).toBe(true);
    expect(runsCodeWhenLoaded('a.npy', bytes("\x93NUMPY\x01\x00v\x00{'descr': '|O', "))).toBe(true);
  });

  it('leaves data and programs alone', () => {
    expect(runsCodeWhenLoaded('data.csv', bytes('time,value\n1,2\n'))).toBe(false);
    expect(runsCodeWhenLoaded('m.safetensors', bytes('\x10\x00\x00\x00\x00\x00\x00\x00{}'))).toBe(
      false,
    );
    expect(runsCodeWhenLoaded('a.npy', bytes("\x93NUMPY\x01\x00v\x00{'descr': '<f8', "))).toBe(
      false,
    );
    expect(runsCodeWhenLoaded('main.py', bytes('import pickle'))).toBe(false);
  });

  it('knows a Git LFS pointer', () => {
    expect(isPointerFile(bytes('version https://git-lfs.github.com/spec/v1\noid sha256:ab'))).toBe(
      true,
    );
    expect(isPointerFile(bytes('version 1'))).toBe(false);
  });

  it('serves nothing that a browser would run', () => {
    for (const path of [
      'page.html',
      'image.svg',
      'feed.xml',
      'paper.pdf',
      'app.js',
      'x',
      'constructor',
    ]) {
      const type = servedTypeOf(mediaTypeOf(path));
      expect(['text/plain; charset=utf-8', 'application/octet-stream']).toContain(type);
    }
    expect(servedTypeOf(mediaTypeOf('数据/A.CSV'))).toBe('text/csv; charset=utf-8');
  });
});
