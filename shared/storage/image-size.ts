import type { FileType } from './file-type.ts';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * How many pixels a picture says it has, from its header alone: nothing is decoded, which is what a picture that
 * unpacks to gigabytes wants.
 * @returns undefined where the header is not as it must be, and for what is no picture
 */
export function imageSizeOf(type: FileType, bytes: Buffer): ImageSize | undefined {
  try {
    if (type === 'image/png') return pngSize(bytes);
    if (type === 'image/jpeg') return jpegSize(bytes);
    return type === 'image/webp' ? webpSize(bytes) : undefined;
  } catch {
    // The header ends before it has said everything.
    return undefined;
  }
}

export function isImage(type: FileType): boolean {
  return type.startsWith('image/');
}

function pngSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Walks from marker to marker to the start of frame (ITU T.81, B.1.1.3). */
function jpegSize(bytes: Buffer): ImageSize | undefined {
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // Start of frame is C0 to CF, without the tables C4 and CC and the reserved C8.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    const stands = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += stands ? 2 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** The three kinds of a WebP picture (RFC 9649): lossy, lossless, extended. */
function webpSize(bytes: Buffer): ImageSize | undefined {
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8 ') {
    if (bytes.readUIntBE(23, 3) !== 0x9d012a) return undefined;
    return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  }
  if (kind === 'VP8L') {
    if (bytes[20] !== 0x2f) return undefined;
    const bits = bytes.readUInt32LE(21);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind !== 'VP8X') return undefined;
  return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
}
