const text = (value: string) => Buffer.from(value, 'latin1');

function box(name: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** An MPEG-4 file with one track of a kind, `soun` or `vide`. */
export function mp4(...kinds: string[]): Buffer {
  const tracks = kinds.map((kind) =>
    box('trak', box('mdia', box('hdlr', Buffer.alloc(8), text(kind), Buffer.alloc(12)))),
  );
  return Buffer.concat([box('ftyp', text('isom'), Buffer.alloc(4)), box('moov', ...tracks), box('mdat')]);
}

export function png(width: number, height: number): Buffer {
  const sides = Buffer.alloc(8);
  sides.writeUInt32BE(width);
  sides.writeUInt32BE(height, 4);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([magic, Buffer.from([0, 0, 0, 13]), text('IHDR'), sides, Buffer.alloc(9)]);
}

/** With a table and some text before the frame, as cameras write it. */
export function jpeg(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xc2, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 6, 1, 2, 3, 4, 0xff, 0xc4, 0, 4, 9, 9]);
  return Buffer.concat([head, frame, Buffer.alloc(9), Buffer.from([0xff, 0xd9])]);
}

export function webp(kind: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number): Buffer {
  const body = Buffer.alloc(20);
  if (kind === 'VP8 ') {
    body.writeUIntBE(0x9d012a, 3, 3);
    body.writeUInt16LE(width, 6);
    body.writeUInt16LE(height, 8);
  } else if (kind === 'VP8L') {
    body[0] = 0x2f;
    body.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 1);
  } else {
    body.writeUIntLE(width - 1, 4, 3);
    body.writeUIntLE(height - 1, 7, 3);
  }
  return Buffer.concat([text('RIFF'), Buffer.alloc(4), text('WEBP'), text(kind), Buffer.alloc(4), body]);
}

export function ogg(codec: string): Buffer {
  const page = Buffer.alloc(28);
  page.write('OggS', 'latin1');
  page[26] = 1;
  page[27] = 19;
  return Buffer.concat([page, text(codec), Buffer.alloc(30)]);
}

/** One that is a Windows program too, as its preamble allows. */
export const dicom = Buffer.concat([text('MZ'), Buffer.alloc(126, 7), text('DICM'), Buffer.alloc(60, 3)]);

export const pdf = text('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n');

export const mp3 = Buffer.concat([
  text('ID3'),
  Buffer.from([4, 0, 0, 0, 0, 0, 5]),
  Buffer.alloc(5, 1),
  Buffer.from([0xff, 0xfb, 0x90, 0x64]),
  Buffer.alloc(100),
]);
