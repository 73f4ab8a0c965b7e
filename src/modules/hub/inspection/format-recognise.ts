import type { Format } from './findings-entities.ts';
import { looksLikeGguf } from './format-gguf.ts';
import { looksLikeOnnx } from './format-onnx.ts';
import { isUnmarkedPickle } from './format-pickle.ts';
import { looksLikeSafetensors } from './format-safetensors.ts';
import type { ByteSource } from './format-source.ts';
import { looksLikeTar } from './format-tar.ts';
import { textFormat, textOf } from './format-text.ts';
import { looksLikeZip } from './format-zip.ts';

/** As many bytes as the first look needs. */
const HEAD_BYTES = 65_536;

/** First bytes in Latin 1, from the specification of each format. */
const MAGIC: readonly (readonly [string, Format])[] = [
  ['\x89PNG\r\n\x1a\n', 'png'],
  ['\xff\xd8\xff', 'jpeg'],
  ['GIF87a', 'gif'],
  ['GIF89a', 'gif'],
  ['fLaC', 'flac'],
  ['OggS', 'ogg'],
  ['ID3', 'mp3'],
  ['\xff\xfb', 'mp3'],
  ['\xff\xf3', 'mp3'],
  ['\xff\xf2', 'mp3'],
  ['%PDF-', 'pdf'],
  ['PAR1', 'parquet'],
  ['ARROW1\0\0', 'arrow'],
  ['\x89HDF\r\n\x1a\n', 'hdf5'],
  ['\x93NUMPY', 'npy'],
  ['\x1f\x8b\x08', 'gzip'],
  ['\0asm', 'wasm'],
  ['\x7fELF', 'elf'],
  ['\xfe\xed\xfa\xce', 'mach_o'],
  ['\xfe\xed\xfa\xcf', 'mach_o'],
  ['\xce\xfa\xed\xfe', 'mach_o'],
  ['\xcf\xfa\xed\xfe', 'mach_o'],
];

/** What bytes are by their beginning alone; null where that does not tell. Also for entries of archives. */
export function formatOfHead(head: Buffer): Format | null {
  const text = head.toString('latin1', 0, 16);
  const [, known] = MAGIC.find(([magic]) => text.startsWith(magic)) ?? [];
  if (known) return known;
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WAVE') return 'wav';
  if (text.slice(4, 8) === 'ftyp') return 'mp4';
  if (text.startsWith('MZ') && head.includes(0)) return 'pe';
  // Of a universal binary; a Java class has the same first bytes and a version from 45 on.
  if (text.startsWith('\xca\xfe\xba\xbe') && head.length >= 8 && head.readUInt32BE(4) < 30) {
    return 'mach_o';
  }
  // PROTO is opcode 0x80 with the version: https://docs.python.org/3/library/pickletools.html
  const version = head[1] ?? 0;
  if (head[0] === 0x80 && version >= 2 && version <= 5) return 'pickle';
  if (looksLikeGguf(head)) return 'gguf';
  if (looksLikeZip(head)) return 'zip';
  return looksLikeTar(head) ? 'tar' : null;
}

/** What a file is by its content, with its text where it is one. Not on the list: `unknown`. */
export function recognise(
  source: ByteSource,
  extension: string,
): { format: Format; text: string | null } {
  if (source.sizeBytes === 0) return { format: 'empty', text: null };
  const head = source.read(0, HEAD_BYTES);
  const known = formatOfHead(head);
  if (known) return { format: known, text: null };
  if (looksLikeSafetensors(source)) return { format: 'safetensors', text: null };
  if (looksLikeOnnx(source)) return { format: 'onnx', text: null };
  const whole = source.sizeBytes <= HEAD_BYTES;
  if (isUnmarkedPickle(head, whole)) return { format: 'pickle', text: null };
  const text = textOf(head, whole);
  if (text === null) return { format: 'unknown', text: null };
  return { format: textFormat(source, text, extension), text };
}
