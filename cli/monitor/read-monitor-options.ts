import { parseAddress, parsePort, splitHostPort } from '../../app/input/parse-host.ts';
import type { Endpoint } from '../../model/address.ts';
import type { Parsed } from '../../model/problem.ts';

const unitMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;
const shortestMs = 30_000;
const longestMs = 24 * unitMs.h;

/** `90s`, `15m` or `6h` in milliseconds: from half a minute to a day. */
export function readInterval(text: string): Parsed<number> {
  const [, number = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = Number(number) * (unitMs[unit as keyof typeof unitMs] ?? 0);
  if (number !== '' && ms >= shortestMs && ms <= longestMs) return { ok: true, value: ms, notices: [] };
  return { ok: false, problems: [{ option: '--every', code: 'option-interval' }] };
}

/** Where metrics are served: an address and a port, both said, because whoever reaches them can read them. */
export function readListen(text: string | undefined): Parsed<Endpoint | undefined> {
  if (text === undefined) return { ok: true, value: undefined, notices: [] };
  const split = splitHostPort(text);
  const address = parseAddress(split?.host.replace(/^\[(.*)\]$/, '$1') ?? '');
  const port = parsePort(split?.port ?? '');
  if (address === undefined || port === undefined) {
    return { ok: false, problems: [{ option: '--metrics', code: 'option-listen' }] };
  }
  return { ok: true, value: { address, port }, notices: isLoopback(address) ? [] : [openNotice(text)] };
}

function openNotice(text: string) {
  return { option: '--metrics', code: 'listen-open', params: { address: text } } as const;
}

/** In canonical form, as `parseAddress` gives it. */
function isLoopback(address: string): boolean {
  return address === '::1' || /^127\./.test(address);
}
