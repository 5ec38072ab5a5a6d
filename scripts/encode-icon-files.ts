/** A square PNG of an icon; `pixels` is its width and height. */
export interface IconImage {
  readonly pixels: number;
  readonly png: Uint8Array;
}

/**
 * Windows icon (ICONDIR and ICONDIRENTRY, learn.microsoft.com "Icons"), its images as PNG, which Windows reads since Vista.
 * Throws a RangeError for an image over 256 pixels: a byte of the entry holds the size, 0 for 256.
 */
export function encodeIco(images: readonly IconImage[]): Uint8Array {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  for (const [at, { pixels, png }] of images.entries()) {
    if (pixels > 256) throw new RangeError(`${pixels} pixels do not fit an .ico`);
    const entry = 6 + 16 * at;
    header.writeUInt8(pixels % 256, entry);
    header.writeUInt8(pixels % 256, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  }
  return Buffer.concat([header, ...images.map(({ png }) => png)]);
}

/**
 * Types that hold a PNG, by pixels. Twice the same size: once for itself, once for half the size on a dense screen. The
 * plain 16 and 32 (icp4, icp5) are left out, as macOS shows PNGs in them wrongly; it makes those from ic11 and ic12.
 */
const icnsTypes: readonly (readonly [type: string, pixels: number])[] = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
];

function encodeIcnsElement(type: string, data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(8);
  header.write(type, 'latin1');
  header.writeUInt32BE(8 + data.length, 4);
  return Buffer.concat([header, data]);
}

/** The pixels that {@link encodeIcns} needs, each once. */
export const icnsPixels: readonly number[] = [...new Set(icnsTypes.map(([, pixels]) => pixels))];

/** macOS icon: `icns`, length, then elements of type, length and a PNG. Throws a RangeError when a size is missing. */
export function encodeIcns(images: readonly IconImage[]): Uint8Array {
  const elements = icnsTypes.map(([type, pixels]) => {
    const image = images.find((candidate) => candidate.pixels === pixels);
    if (!image) throw new RangeError(`an .icns needs ${pixels} pixels`);
    return encodeIcnsElement(type, image.png);
  });
  return encodeIcnsElement('icns', Buffer.concat(elements));
}
