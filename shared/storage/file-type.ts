import { isAudioMp4, isMp3, isOggAudio } from './audio-type.ts';

interface TypeOfFile {
  /** Endings of file names; the first is the usual one. */
  readonly endings: readonly [string, ...string[]];
  readonly maxBytes: number;
  /** Whether bytes are of this type, by what must stand in them. */
  readonly matches: (bytes: Buffer) => boolean;
}

const MIB = 2 ** 20;
const starts = (bytes: Buffer, magic: string | Buffer, at = 0): boolean =>
  bytes.subarray(at, at + magic.length).equals(Buffer.from(magic));

/** What may be kept: documents, pictures, radiology and voice. Everything else is refused, also what only looks like text. */
export const fileTypes = {
  'application/pdf': { endings: ['pdf'], maxBytes: 20 * MIB, matches: (bytes) => starts(bytes, '%PDF-') },
  'image/jpeg': {
    endings: ['jpg', 'jpeg'],
    maxBytes: 15 * MIB,
    matches: (bytes) => starts(bytes, Buffer.from([0xff, 0xd8, 0xff])),
  },
  'image/png': {
    endings: ['png'],
    maxBytes: 15 * MIB,
    matches: (bytes) => starts(bytes, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  },
  'image/webp': {
    endings: ['webp'],
    maxBytes: 15 * MIB,
    matches: (bytes) => starts(bytes, 'RIFF') && starts(bytes, 'WEBP', 8),
  },
  // PS3.10 section 7.1: the word stands behind a preamble of 128 bytes that may hold anything.
  'application/dicom': {
    endings: ['dcm', 'dicom'],
    maxBytes: 50 * MIB,
    matches: (bytes) => starts(bytes, 'DICM', 128),
  },
  'audio/ogg': { endings: ['ogg', 'oga', 'opus'], maxBytes: 10 * MIB, matches: isOggAudio },
  'audio/mp4': { endings: ['m4a'], maxBytes: 10 * MIB, matches: isAudioMp4 },
  'audio/mpeg': { endings: ['mp3'], maxBytes: 10 * MIB, matches: isMp3 },
} as const satisfies Record<string, TypeOfFile>;

export type FileType = keyof typeof fileTypes;

/** What the platform writes itself and nobody uploads, with the ending of its names. */
export const madeTypes = { 'application/json': 'json', 'application/fhir+json': 'json' } as const;

export type MadeType = keyof typeof madeTypes;

export const LARGEST_FILE_BYTES = Math.max(...Object.values(fileTypes).map(({ maxBytes }) => maxBytes));

export function isFileType(text: string): text is FileType {
  return Object.hasOwn(fileTypes, text);
}
