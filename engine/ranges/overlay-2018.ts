import type { AddressShare, Day2018 } from '../../model/cloud.ts';
import type { CloudOperator } from './address-facts.ts';
import type { AsnTable } from './asn-table.ts';
import type { List2018, Span4 } from './list-2018.ts';
import type { AwsSpan4, PrefixIndex } from './prefix-index.ts';

export interface OverlayTables {
  readonly list2018: List2018;
  readonly operators: readonly CloudOperator[];
  /** Amazon's own list; without it Amazon is known as a whole by its ASes, and no region is. */
  readonly aws?: { readonly index: Pick<PrefixIndex, 'spans4'> } | undefined;
  readonly asn?: Pick<AsnTable, 'spans4'> | undefined;
}

const sizeOf = ({ first, last }: Span4) => last - first + 1;

/** How many addresses of each span lie in a list; both are spans apart from each other, ascending. */
function countInside(spans: readonly Span4[], list: readonly Span4[]): number[] {
  let at = 0;
  return spans.map((span) => {
    while ((list[at]?.last ?? Number.POSITIVE_INFINITY) < span.first) at += 1;
    let inside = 0;
    for (let next = at; next < list.length; next++) {
      const other = list[next];
      if (!other || other.first > span.last) break;
      inside += Math.min(span.last, other.last) - Math.max(span.first, other.first) + 1;
    }
    return inside;
  });
}

function amazonSpans({ aws, asn, operators }: OverlayTables): readonly AwsSpan4[] {
  if (aws) return aws.index.spans4();
  return asn?.spans4(new Set(operators.find(({ id }) => id === 'aws')?.asns)) ?? [];
}

/** Adds up a number for each span, as a whole and by region; spans without a region are in the whole alone. */
function sumUp(spans: readonly AwsSpan4[], numberOf: (span: AwsSpan4, at: number) => number) {
  let whole = 0;
  const regions = new Map<string, number>();
  for (const [at, span] of spans.entries()) {
    const number = numberOf(span, at);
    whole += number;
    if (span.region !== undefined) regions.set(span.region, (regions.get(span.region) ?? 0) + number);
  }
  return { whole, regions };
}

const partOf = ({ inside, total }: AddressShare) => inside / total;

/**
 * For every day of the list, how much was on it, and how much of Amazon's IPv4 space of the tables in use lies in that. Pure;
 * some milliseconds for Amazon's full list.
 */
export function computeOverlay2018(tables: OverlayTables): readonly Day2018[] {
  const { list2018 } = tables;
  const amazon = amazonSpans(tables);
  const total = sumUp(amazon, sizeOf);
  // What was never on the list need not be looked at for each day.
  const ever = countInside(amazon, list2018.spans());
  const hit = amazon.filter((_, at) => (ever[at] ?? 0) > 0);
  const regions = [...new Set(hit.flatMap(({ region }) => region ?? []))];
  return list2018.days.map((day): Day2018 => {
    const counts = countInside(hit, list2018.spans({ until: day }));
    const inside = sumUp(hit, (_, at) => counts[at] ?? 0);
    return {
      day,
      addresses: list2018.countAddresses({ until: day }),
      operators: list2018.operators
        .map((operator) => ({
          operator,
          addresses: list2018.countAddresses({ until: day, operators: [operator] }),
        }))
        .filter(({ addresses }) => addresses > 0)
        .toSorted((a, b) => b.addresses - a.addresses),
      amazon: total.whole === 0 ? null : { inside: inside.whole, total: total.whole },
      // A region that was spared on the first days is in their tables too, so that the days can be compared.
      regions: regions
        .map((region) => ({
          region,
          inside: inside.regions.get(region) ?? 0,
          total: total.regions.get(region) ?? 0,
        }))
        .toSorted((a, b) => partOf(b) - partOf(a) || b.inside - a.inside || (a.region < b.region ? -1 : 1)),
    };
  });
}

/** The IPv4 addresses of one of Amazon's regions, and how many were on the list by the end of each day. */
export interface Region2018 {
  readonly addresses: number;
  readonly days2018: readonly { readonly day: string; readonly addresses: number }[];
}

/** Undefined for what is no region of Amazon's own list; `GLOBAL` is none. */
export function describeRegion2018(region: string, { aws, list2018 }: OverlayTables): Region2018 | undefined {
  const spans = aws?.index.spans4().filter((span) => span.region === region) ?? [];
  if (spans.length === 0) return undefined;
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  return {
    addresses: sum(spans.map(sizeOf)),
    days2018: list2018.days.map((day) => ({
      day,
      addresses: sum(countInside(spans, list2018.spans({ until: day }))),
    })),
  };
}
