import { formatIpv4, formatIpv6 } from '../../engine/ranges/address-text.ts';

/** Uniform in [0, 1), the same sequence for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const rows4 = 10_666;
const rows6 = 6160;
const services = ['AMAZON', 'EC2', 'S3', 'CLOUDFRONT', 'ROUTE53_RESOLVER', 'API_GATEWAY', 'EFS', 'GLOBALACCELERATOR'];
const lengths4 = [12, 13, 14, 15, 16, 18, 20, 21, 22, 23, 24, 24, 24, 25, 26, 27, 28, 29, 31, 32, 32];
const lengths6 = [32, 36, 40, 40, 40, 40, 44, 47, 48, 48, 56, 60, 64, 65, 96, 128];

/**
 * A made-up file in the form and size of Amazon's ip-ranges.json of August 2026: as many rows, a third of them repeats of
 * a prefix with another service, half of the rest nested in a wider one. For machines that have no copy of the real one.
 */
export function createSyntheticRanges(): string {
  const random = createRandom(2018);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const wide4 = Array.from({ length: 120 }, () => Math.floor(random() * 223 * 2 ** 24));
  const wide6 = Array.from({ length: 40 }, () => [
    0x26000000 + Math.floor(random() * 0x1000),
    Math.floor(random() * 2 ** 32),
  ]);
  const row4 = () => {
    const length = pick(lengths4);
    const start = (pick(wide4) & 0xfff00000) + Math.floor(random() * 2 ** 20);
    const size = 2 ** (32 - length);
    return `${formatIpv4(((start >>> 0) - ((start >>> 0) % size)) >>> 0)}/${length}`;
  };
  const row6 = () => {
    const length = pick(lengths6);
    const [first = 0, second = 0] = pick(wide6);
    const words = [first, (second & 0xfff00000) + Math.floor(random() * 2 ** 20), Math.floor(random() * 2 ** 32), 0];
    const masked = words.map((word, at) => {
      const free = 2 ** (32 - Math.min(32, Math.max(0, length - at * 32)));
      return (word >>> 0) - ((word >>> 0) % free);
    });
    return `${formatIpv6(masked)}/${length}`;
  };
  const list = (field: string, rows: number, makePrefix: () => string) => {
    let prefix = '';
    let region = '';
    return Array.from({ length: rows }, (_, at) => {
      if (at % 3 !== 2) {
        prefix = makePrefix();
        region = random() < 0.05 ? 'GLOBAL' : `region-${Math.floor(random() * 42)}`;
      }
      return { [field]: prefix, region, service: pick(services), network_border_group: region };
    });
  };
  const file = {
    syncToken: '1787433425',
    createDate: '2026-08-22-21-17-05',
    prefixes: list('ip_prefix', rows4, row4),
    ipv6_prefixes: list('ipv6_prefix', rows6, row6),
  };
  return JSON.stringify(file, null, 2);
}
