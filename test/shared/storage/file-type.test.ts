import { assert, constantFrom, nat, property, string, tuple, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import { attachmentDisposition, safeFileName } from '../../../shared/storage/file-name.ts';
import { type FileType, fileTypes } from '../../../shared/storage/file-type.ts';
import { imageSizeOf } from '../../../shared/storage/image-size.ts';
import { assertAllowed, inspect } from '../../../shared/storage/inspect.ts';
import { dicom, jpeg, mp3, mp4, ogg, pdf, png, webp } from '../../testkit/sample-files.ts';

const samples: Record<FileType, Buffer> = {
  'application/pdf': pdf,
  'image/jpeg': jpeg(800, 600),
  'image/png': png(640, 480),
  'image/webp': webp('VP8X', 320, 200),
  'application/dicom': dicom,
  'audio/ogg': ogg('OpusHead'),
  'audio/mp4': mp4('soun'),
  'audio/mpeg': mp3,
};
const types = Object.keys(fileTypes) as FileType[];

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('the type of a file', () => {
  test('is known by its content, and by that of no other type', () => {
    for (const type of types) {
      for (const other of types) expect(fileTypes[type].matches(samples[other])).toBe(type === other);
    }
  });

  test.each([
    ['a page', '<html><script>alert(1)</script>'],
    ['a picture with a program', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['a Windows program', 'MZ\u0090\u0000'],
    ['a Linux program', '\u007fELF'],
    ['an archive', 'PK\u0003\u0004'],
    ['nothing', ''],
  ])('%s is none of them', (_what, content) => {
    const bytes = Buffer.from(content, 'latin1');
    expect(types.filter((type) => fileTypes[type].matches(bytes))).toEqual([]);
  });

  test('sound with pictures is no sound', () => {
    expect(fileTypes['audio/mp4'].matches(mp4('soun', 'vide'))).toBe(false);
    expect(fileTypes['audio/mp4'].matches(mp4())).toBe(false);
    expect(fileTypes['audio/ogg'].matches(ogg('\u0080theora'))).toBe(false);
    for (const codec of ['\u0001vorbis', 'Speex   ', '\u007fFLAC']) {
      expect(fileTypes['audio/ogg'].matches(ogg(codec))).toBe(true);
    }
  });

  test('whatever comes, no reader fails on it', () => {
    const heads = Object.values(samples).map((each) => Uint8Array.from(each.subarray(0, 32)));
    const cut = tuple(constantFrom(...heads), nat(32), uint8Array({ maxLength: 200 }));
    assert(
      property(cut, ([head, length, rest]) => {
        const bytes = Buffer.concat([head.subarray(0, length), rest]);
        for (const type of types) {
          expect(typeof fileTypes[type].matches(bytes)).toBe('boolean');
          imageSizeOf(type, bytes);
        }
      }),
    );
  });
});

test('the size of a picture stands in its header', () => {
  expect(imageSizeOf('image/png', png(640, 480))).toEqual({ width: 640, height: 480 });
  expect(imageSizeOf('image/jpeg', jpeg(800, 600))).toEqual({ width: 800, height: 600 });
  for (const kind of ['VP8 ', 'VP8L', 'VP8X'] as const) {
    expect(imageSizeOf('image/webp', webp(kind, 321, 123)), kind).toEqual({ width: 321, height: 123 });
  }
  expect(imageSizeOf('image/jpeg', jpeg(8, 8).subarray(0, 20))).toBeUndefined();
  expect(imageSizeOf('application/pdf', pdf)).toBeUndefined();
});

test('what is announced must be allowed', () => {
  expect(assertAllowed('image/png', 1)).toBe('image/png');
  expect(codeOf(() => assertAllowed('image/svg+xml', 1))).toBe('FILE_TYPE_REFUSED');
  expect(codeOf(() => assertAllowed('toString', 1))).toBe('FILE_TYPE_REFUSED');
  expect(codeOf(() => assertAllowed('image/png', 0))).toBe('VALIDATION_FAILED');
  expect(codeOf(() => assertAllowed('image/png', 15 * 2 ** 20))).toBeUndefined();
  expect(codeOf(() => assertAllowed('image/png', 15 * 2 ** 20 + 1))).toBe('FILE_TOO_LARGE');
});

describe('what is sent', () => {
  const sent = (type: FileType, bytes: Buffer, size = bytes.length) =>
    codeOf(() => inspect(type, size, bytes));

  test('must be what was announced', () => {
    for (const type of types) expect(sent(type, samples[type]), type).toBeUndefined();
    expect(sent('image/png', pdf)).toBe('FILE_CONTENT_MISMATCH');
    expect(sent('application/pdf', pdf, pdf.length + 1)).toBe('FILE_CONTENT_MISMATCH');
    expect(sent('image/png', png(0, 5))).toBe('FILE_CONTENT_MISMATCH');
    expect(sent('image/jpeg', jpeg(8, 8).subarray(0, 18))).toBe('FILE_CONTENT_MISMATCH');
  });

  test('is no picture that unpacks to gigabytes', () => {
    expect(sent('image/png', png(8000, 8000))).toBeUndefined();
    expect(sent('image/png', png(8000, 8001))).toBe('FILE_TOO_LARGE');
    expect(sent('image/png', png(0xffffffff, 0xffffffff))).toBe('FILE_TOO_LARGE');
    expect(sent('image/webp', webp('VP8X', 16384, 16384))).toBe('FILE_TOO_LARGE');
  });

  test('of radiology is kept without what its preamble held', () => {
    const kept = inspect('application/dicom', dicom.length, dicom);
    expect(kept.subarray(0, 128)).toEqual(Buffer.alloc(128));
    expect(kept.subarray(128)).toEqual(dicom.subarray(128));
  });
});

describe('the name of a file', () => {
  test.each([
    ['化验单 2026.pdf', 'application/pdf', '化验单 2026.pdf'],
    ['../../etc/passwd', 'application/pdf', 'etcpasswd.pdf'],
    ['C:\\fake\\ct.DCM', 'application/dicom', 'Cfakect.dcm'],
    ['photo.JPEG', 'image/jpeg', 'photo.jpeg'],
    ['report.pdf.exe', 'application/pdf', 'report.pdf.exe.pdf'],
    ['a\u202egnp.exe', 'image/png', 'agnp.exe.png'],
    ['x"\r\nSet-Cookie: a=b.png', 'image/png', 'xSet-Cookie a=b.png'],
    ['half \ud83d of a face', 'image/png', 'half  of a face.png'],
    ['.hidden', 'image/png', 'hidden.png'],
  ] as const)('%j becomes harmless', (given, type, name) => {
    expect(safeFileName(given, type)).toBe(name);
  });

  test('is nothing where nothing is left', () => {
    for (const given of ['', ' . ', '\u0000', '///', '.png'])
      expect(safeFileName(given, 'application/pdf') ?? '').toMatch(/^(png\.pdf)?$/);
    expect(safeFileName('/', 'image/png')).toBeUndefined();
  });

  test('always ends as its type does, is short, and fits into a header', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 300 }), constantFrom(...types), (given, type) => {
        const name = safeFileName(given, type);
        if (name === undefined) return;
        expect(Array.from(name).length).toBeLessThanOrEqual(100);
        expect(fileTypes[type].endings.some((ending) => name.endsWith(`.${ending}`))).toBe(true);
        expect(attachmentDisposition('att_1', name, type)).toMatch(
          /^attachment; filename="att_1\.\w+"; filename\*=UTF-8''[\w.!~%-]+$/,
        );
        expect(safeFileName(name, type)).toBe(name);
      }),
    );
  });
});
