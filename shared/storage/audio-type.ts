/** Ogg (RFC 3533) whose first packet is that of a codec for sound: Opus, Vorbis, Speex or FLAC. */
export function isOggAudio(bytes: Buffer): boolean {
  if (bytes.length < 28 || bytes.toString('latin1', 0, 4) !== 'OggS') return false;
  const segments = bytes[26] ?? 0;
  const packet = bytes.toString('latin1', 27 + segments, 27 + segments + 8);
  return ['OpusHead', '\x01vorbis', 'Speex   ', '\x7fFLAC'].some((codec) => packet.startsWith(codec));
}

/** MPEG-4 (ISO 14496-12) with sound and without pictures: its tracks say so in their handlers. */
export function isAudioMp4(bytes: Buffer): boolean {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return false;
  const movie = boxOf(bytes, 'moov');
  if (movie === undefined) return false;
  const handlers: string[] = [];
  for (let at = movie.indexOf('hdlr'); at >= 0; at = movie.indexOf('hdlr', at + 4)) {
    // Behind the name: version and flags, then a field that is zero, then the kind of the track.
    handlers.push(movie.toString('latin1', at + 12, at + 16));
  }
  return handlers.includes('soun') && !handlers.includes('vide');
}

/** The content of the first box of a name on the outermost level. */
function boxOf(bytes: Buffer, name: string): Buffer | undefined {
  for (let at = 0; at + 8 <= bytes.length;) {
    const given = bytes.readUInt32BE(at);
    const isLong = given === 1 && at + 16 <= bytes.length;
    const size = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : given === 0 ? bytes.length - at : given;
    if (size < 8) return undefined;
    if (bytes.toString('latin1', at + 4, at + 8) === name) return bytes.subarray(at + 8, at + size);
    at += size;
  }
  return undefined;
}

/** MPEG audio, layer III (ISO 11172-3), with or without an ID3 tag before it. */
export function isMp3(bytes: Buffer): boolean {
  let at = 0;
  if (bytes.length > 10 && bytes.toString('latin1', 0, 3) === 'ID3') {
    // The length of the tag is written in seven bits of each byte.
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(6, 10);
    at = 10 + ((a & 127) << 21) + ((b & 127) << 14) + ((c & 127) << 7) + (d & 127);
  }
  const [sync = 0, version = 0, rates = 0] = bytes.subarray(at, at + 3);
  const isSync = sync === 0xff && (version & 0xe0) === 0xe0;
  const isLayer3 = (version & 0x06) === 0x02 && (version & 0x18) !== 0x08;
  return isSync && isLayer3 && (rates & 0xf0) !== 0xf0 && (rates & 0x0c) !== 0x0c;
}
