import { X509Certificate } from 'node:crypto';
import { parseAddress, parseHost, parsePort, splitHostPort } from '../app/input/parse-host.ts';
import resolvers from '../data/resolvers.json' with { type: 'json' };
import type { DohServer } from '../engine/run/run-input.ts';
import type { Endpoint } from '../model/address.ts';
import type { Parsed, Problem, ProblemCode } from '../model/problem.ts';

function fail(option: string, code: ProblemCode, params?: Problem['params']): Parsed<never> {
  return { ok: false, problems: [{ option, code, ...(params && { params }) }] };
}

function pass<T>(value: T): Parsed<T> {
  return { ok: true, value, notices: [] };
}

/** A whole number in a range; `fallback` where the option was not given. */
export function readNumber(
  text: string | undefined,
  option: string,
  range: { readonly min: number; readonly max: number; readonly fallback: number },
): Parsed<number> {
  if (text === undefined) return pass(range.fallback);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  const { min, max } = range;
  return value >= min && value <= max ? pass(value) : fail(option, 'option-number', { min, max });
}

/** One word of a fixed choice. */
export function readChoice<T extends string>(text: string, option: string, choices: readonly T[]): Parsed<T> {
  const choice = choices.find((candidate) => candidate === text);
  return choice === undefined ? fail(option, 'option-choice', { choices: choices.join(', ') }) : pass(choice);
}

/** `IP`, `IP:PORT`, `[IPv6]:PORT`; port 53 where none is said. */
export function readDns(text: string | undefined): Parsed<Endpoint> {
  if (text === undefined) return pass(resolvers.dns);
  const bare = parseAddress(text);
  if (bare !== undefined) return pass({ address: bare, port: 53 });
  const split = splitHostPort(text);
  const address = parseAddress(split?.host.replace(/^\[(.*)\]$/, '$1') ?? '');
  if (address === undefined) return fail('--dns', 'option-address');
  const port = split?.port === undefined ? 53 : parsePort(split.port);
  return port === undefined ? fail('--dns', 'port-impossible', { port: split?.port ?? '' }) : pass({ address, port });
}

/**
 * A DoH server. Its addresses are known for the built-in ones and for an address literal; for another name the list is
 * empty, and the caller has to look it up.
 */
export function readDoh(text: string | undefined): Parsed<DohServer> {
  const [first] = resolvers.doh;
  if (text === undefined) return first === undefined ? fail('--doh', 'field-missing') : pass(first);
  const url = URL.parse(text);
  const host = parseHost(url?.hostname ?? '');
  if (url?.protocol !== 'https:' || host === undefined || url.username !== '' || url.password !== '') {
    return fail('--doh', 'option-https-url');
  }
  const known = resolvers.doh.find((server) => new URL(server.url).hostname === url.hostname);
  const literal = parseAddress(host);
  return pass({ url: url.href, addresses: known?.addresses ?? (literal === undefined ? [] : [literal]) });
}

/** The certificates in a PEM text that people gave as --ca. */
export function readCertificates(text: string, file: string): Parsed<string> {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const readable = blocks.every((block) => {
    try {
      return new X509Certificate(block).raw.length > 0;
    } catch {
      return false;
    }
  });
  if (blocks.length > 0 && readable) return pass(text);
  return { ok: false, problems: [{ option: '--ca', file, code: 'pem-malformed' }] };
}
