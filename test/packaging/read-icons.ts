import { inflateSync } from 'node:zlib';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and opacity of a pixel. */
  at(x: number, y: number): readonly [number, number, number, number];
}

/** Paeth predictor (PNG 9.4). */
function predict(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function unfilter(raw: Uint8Array, stride: number, height: number): Uint8Array {
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x < 4 ? 0 : (pixels[y * stride + x - 4] ?? 0);
      const up = y === 0 ? 0 : (pixels[(y - 1) * stride + x] ?? 0);
      const corner = x < 4 || y === 0 ? 0 : (pixels[(y - 1) * stride + x - 4] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, predict(left, up, corner)][filter ?? 0] ?? 0;
      pixels[y * stride + x] = (raw[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return pixels;
}

/** Reads an 8-bit RGBA PNG (RFC 2083), which is all that we make. Throws on anything else. */
export function readPng(bytes: Uint8Array): Picture {
  const png = Buffer.from(bytes);
  if (png.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') throw new Error('not a PNG');
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  if (png[24] !== 8 || png[25] !== 6 || png[28] !== 0) throw new Error('not 8-bit RGBA');
  const pixels = unfilter(inflateSync(Buffer.concat(data)), width * 4, height);
  const byte = (index: number) => pixels[index] ?? 0;
  return {
    width,
    height,
    at: (x, y) => {
      const start = (y * width + x) * 4;
      return [byte(start), byte(start + 1), byte(start + 2), byte(start + 3)];
    },
  };
}

/** The images of a Windows icon with the size its directory gives each. Throws where the directory does not fit. */
export function readIco(bytes: Uint8Array): { readonly pixels: number; readonly picture: Picture }[] {
  const ico = Buffer.from(bytes);
  if (ico.readUInt16LE(0) !== 0 || ico.readUInt16LE(2) !== 1) throw new Error('not an icon');
  return Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
    const entry = 6 + 16 * index;
    const start = ico.readUInt32LE(entry + 12);
    const end = start + ico.readUInt32LE(entry + 8);
    if (end > ico.length || ico[entry] !== ico[entry + 1]) throw new Error('a damaged entry');
    return { pixels: ico[entry] || 256, picture: readPng(ico.subarray(start, end)) };
  });
}

/** The images of a macOS icon by type. Throws where the lengths do not add up. */
export function readIcns(bytes: Uint8Array): { readonly type: string; readonly picture: Picture }[] {
  const icns = Buffer.from(bytes);
  if (icns.toString('latin1', 0, 4) !== 'icns' || icns.readUInt32BE(4) !== icns.length) throw new Error('not an icon');
  const images: { type: string; picture: Picture }[] = [];
  for (let at = 8; at < icns.length; ) {
    const length = icns.readUInt32BE(at + 4);
    const picture = readPng(icns.subarray(at + 8, at + length));
    images.push({ type: icns.toString('latin1', at, at + 4), picture });
    at += length;
  }
  return images;
}
