import { AppError } from '../errors/app-error.ts';
import { type FileType, fileTypes, isFileType } from './file-type.ts';
import { imageSizeOf, isImage } from './image-size.ts';

const MAX_PIXELS = 64_000_000;
const DICOM_PREAMBLE_BYTES = 128;
const MIB = 2 ** 20;

/**
 * What a client says it will send.
 * @returns the type, one of the allowed ones
 * @throws AppError FILE_TYPE_REFUSED, FILE_TOO_LARGE, VALIDATION_FAILED
 */
export function assertAllowed(type: string, size: number): FileType {
  if (!isFileType(type)) {
    throw new AppError('FILE_TYPE_REFUSED', { allowed: Object.keys(fileTypes).join(', ') });
  }
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new AppError('VALIDATION_FAILED', { field: 'size', reason: '≥ 1' });
  }
  const { maxBytes } = fileTypes[type];
  if (size > maxBytes) throw new AppError('FILE_TOO_LARGE', { limit: `${maxBytes / MIB} MiB` });
  return type;
}

/**
 * What was sent, held against what was said.
 * @returns the bytes to keep: those of DICOM without what its preamble held, which could make a program of the file
 * @throws AppError FILE_CONTENT_MISMATCH, FILE_TOO_LARGE (pixels)
 */
export function inspect(type: FileType, size: number, bytes: Buffer): Buffer {
  if (bytes.length !== size || !fileTypes[type].matches(bytes)) {
    throw new AppError('FILE_CONTENT_MISMATCH', { type, size });
  }
  if (isImage(type)) {
    const image = imageSizeOf(type, bytes);
    if (image === undefined || image.width < 1 || image.height < 1) {
      throw new AppError('FILE_CONTENT_MISMATCH', { type, size });
    }
    if (image.width * image.height > MAX_PIXELS) {
      throw new AppError('FILE_TOO_LARGE', { limit: `${MAX_PIXELS / 1e6} Mpx` });
    }
  }
  if (type !== 'application/dicom') return bytes;
  return Buffer.concat([Buffer.alloc(DICOM_PREAMBLE_BYTES), bytes.subarray(DICOM_PREAMBLE_BYTES)]);
}
