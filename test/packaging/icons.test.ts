import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestSources } from '../../scripts/build-icons.ts';
import { encodeIcns, encodeIco } from '../../scripts/encode-icon-files.ts';
import { repository } from './pack-app.ts';
import { type Picture, readIcns, readIco, readPng } from './read-icons.ts';

const file = (name: string) => readFileSync(join(repository, 'build', name));
const states = ['works', 'partly', 'blocked', 'unknown'];
const teal = [0x14, 0x32, 0x3a, 255];
const amber = [0xf2, 0xa3, 0x3a, 255];

/** How many pixels are visible in one picture and not in the other, of all that are visible in either. */
function differenceOfShape(a: Picture, b: Picture): number {
  let [differing, visible] = [0, 0];
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      const [one, other] = [a.at(x, y)[3] > 127, b.at(x, y)[3] > 127];
      if (one || other) visible++;
      if (one !== other) differing++;
    }
  }
  return differing / visible;
}

describe('the icons', () => {
  it('are as new as the drawings (npm run build:icons)', () => {
    expect(JSON.parse(file('icons.json').toString())).toEqual(digestSources());
  });

  it('come in all sizes for Linux, and one large', () => {
    const names = readdirSync(join(repository, 'build', 'icons'));
    expect(names).toHaveLength(8);
    for (const name of names) {
      const { width, height } = readPng(file(join('icons', name)));
      expect(`${width}x${height}.png`).toBe(name);
    }
    expect(readPng(file('icon.png'))).toMatchObject({ width: 1024, height: 1024 });
  });

  it('show teal ground, the light, and nothing in the corners', () => {
    for (const pixels of [16, 32, 128, 512]) {
      const picture = readPng(file(`icons/${pixels}x${pixels}.png`));
      const at = (x: number, y: number) => picture.at(Math.floor(x * pixels), Math.floor(y * pixels));
      expect(at(0, 0)[3]).toBe(0);
      expect(at(0.9, 0.9)).toEqual(teal);
      expect(at(0.8, 0.2)).toEqual(amber);
    }
  });

  it('are one .ico with the sizes of Windows', () => {
    const images = readIco(file('icon.ico'));
    expect(images.map(({ pixels }) => pixels)).toEqual([16, 20, 24, 32, 40, 48, 64, 128, 256]);
    for (const { pixels, picture } of images) expect(picture).toMatchObject({ width: pixels, height: pixels });
  });

  it('are one .icns with the sizes of macOS, with air around the tile', () => {
    const images = readIcns(file('icon.icns'));
    expect(images.map(({ type, picture }) => [type, picture.width])).toEqual([
      ['ic11', 32],
      ['ic12', 64],
      ['ic07', 128],
      ['ic13', 256],
      ['ic08', 256],
      ['ic14', 512],
      ['ic09', 512],
      ['ic10', 1024],
    ]);
    const large = images.at(-1)?.picture;
    expect([large?.at(512, 98)[3], large?.at(512, 102)]).toEqual([0, teal]);
  });

  it('are refused where a format cannot hold them', () => {
    expect(() => encodeIco([{ pixels: 512, png: file('icons/512x512.png') }])).toThrow(RangeError);
    expect(() => encodeIcns([{ pixels: 512, png: file('icons/512x512.png') }])).toThrow(RangeError);
  });
});

describe('the tray', () => {
  it.each(states)('has a picture for %s at every density, and a template in black alone for macOS', (state) => {
    for (const [ending, pixels] of [
      ['', 16],
      ['@1.5x', 24],
      ['@2x', 32],
    ] as const) {
      expect(readPng(file(`tray/${state}${ending}.png`))).toMatchObject({ width: pixels, height: pixels });
    }
    for (const [ending, pixels] of [
      ['', 16],
      ['@2x', 32],
    ] as const) {
      const picture = readPng(file(`tray/${state}Template${ending}.png`));
      expect(picture.width).toBe(pixels);
      for (let at = 0; at < pixels * pixels; at++) {
        expect(picture.at(at % pixels, Math.floor(at / pixels)).slice(0, 3)).toEqual([0, 0, 0]);
      }
    }
  });

  it('can be told apart without colour, at 16 pixels', () => {
    const shapes = states.map((state) => readPng(file(`tray/${state}Template.png`)));
    for (const [at, shape] of shapes.entries()) {
      for (const other of shapes.slice(at + 1)) expect(differenceOfShape(shape, other)).toBeGreaterThan(0.2);
    }
  });
});
