import { formatIpv4 } from '../../engine/ranges/address-text.ts';
import type { CaseSpec } from './create-cases.ts';

/** Where the hosts of one case live. All of it is made up. */
export interface Places {
  readonly prefix: string;
  /** The part of the prefix that is dropped, where only a part is. */
  readonly part: string;
  /** The host asked about; it lies in the part. */
  readonly subject: string;
  /** In the part. */
  readonly failing: readonly string[];
  /** In the prefix, outside the part where there is one. */
  readonly answering: readonly string[];
  /** Another range of the same cloud. */
  readonly elsewhere: string;
  readonly elsewherePrefix: string;
}

interface Block {
  readonly start: number;
  readonly length: number;
}

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T;
const sizeOf = ({ length }: Block) => 2 ** (32 - length);
const textOf = ({ start, length }: Block) => `${formatIpv4(start)}/${length}`;

export function placeHosts(spec: CaseSpec, random: () => number): Places {
  if (spec.form === 'ipv6') return placeIpv6(spec, random);
  const prefix = blockIn({ start: 0x12000000, length: 9 }, pick([15, 16, 18, 20, 22], random), random);
  const part = blockIn(prefix, prefix.length + pick([1, 2, 3], random), random);
  const taken = new Set<number>();
  const place = (isGood: (address: number) => boolean): string => {
    for (;;) {
      const address = prefix.start + Math.floor(random() * sizeOf(prefix));
      if (taken.has(address) || !isGood(address)) continue;
      taken.add(address);
      return formatIpv4(address);
    }
  };
  const isInside = (address: number) => address >= part.start && address < part.start + sizeOf(part);
  const within = spec.cause === 'part' ? isInside : () => true;
  const without = spec.cause === 'part' ? (address: number) => !isInside(address) : () => true;
  const subject = place(within);
  const isShared = spec.circumstance === 'one-address';
  const elsewhere = blockIn({ start: 0x36000000, length: 9 }, 16, random);
  return {
    prefix: textOf(prefix),
    part: textOf(part),
    subject,
    failing: Array.from({ length: spec.failing }, () => (isShared ? subject : place(within))),
    answering: Array.from({ length: spec.answering }, () => place(without)),
    elsewhere: formatIpv4(elsewhere.start + Math.floor(random() * sizeOf(elsewhere))),
    elsewherePrefix: textOf(elsewhere),
  };
}

function blockIn(around: Block, length: number, random: () => number): Block {
  const size = 2 ** (32 - length);
  return { start: around.start + Math.floor(random() * (sizeOf(around) / size)) * size, length };
}

function placeIpv6(spec: CaseSpec, random: () => number): Places {
  const start = `2a05:d0${(16 + Math.floor(random() * 200)).toString(16)}`;
  const at = (number: number) => `${start}:${(number * 4096).toString(16)}::${number}`;
  const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => at(first + index));
  return {
    prefix: `${start}::/32`,
    part: `${start}::/32`,
    subject: at(1),
    failing: from(2, spec.failing),
    answering: from(2 + spec.failing, spec.answering),
    elsewhere: '2a05:e000::1',
    elsewherePrefix: '2a05:e000::/32',
  };
}
