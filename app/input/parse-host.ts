import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';

/**
 * A host as the engine knows it: an IPv4 literal, an IPv6 literal (RFC 5952, no brackets), or a lower-case ASCII name
 * (IDNA 2008 through UTS 46, no trailing dot). Undefined for anything else, and for the many spellings of an address that
 * only some programs accept (`127.1`, `0x7f.1`, `010.0.0.1`, a zone).
 */
export function parseHost(text: string): string | undefined {
  const address = parseAddress(text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text);
  if (address !== undefined) return text.startsWith('[') && !address.includes(':') ? undefined : address;
  if (text.length > 1024 || !/^[^\s[\]:/?#@\\%]+$/u.test(text)) return undefined;
  const name = domainToASCII(text.replace(/\.$/, '')).toLowerCase();
  const labels = name.split('.');
  const valid = name.length <= 253 && labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label));
  // A last label of digits makes URL parsers read the whole as an IPv4 address (WHATWG URL, "ends in a number").
  const looksLikeAddress = /^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '');
  // domainToASCII itself turns `0x7f.1` into `127.0.0.1`: what came out a number must have gone in as one.
  return valid && !looksLikeAddress ? name : undefined;
}

/** An address literal in canonical form, or undefined. IPv4 in four decimal parts only; no zone, no port, no brackets. */
export function parseAddress(text: string): string | undefined {
  if (text.length > 64) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return /(^|\.)0\d/.test(text) ? undefined : ipaddr.IPv4.parse(text).toString();
  }
  if (text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)) {
    return ipaddr.IPv6.parse(text).toRFC5952String();
  }
  return undefined;
}

/** A port from its decimal text: 1 to 65535, no sign, no spaces; undefined for anything else. */
export function parsePort(text: string): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : undefined;
}

/** Splits `host:port`, with IPv6 in brackets; the port is undefined where there is none. Undefined when it is neither. */
export function splitHostPort(text: string): { readonly host: string; readonly port?: string } | undefined {
  const match = /^(\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/su.exec(text);
  if (!match) return undefined;
  const [, host = '', port] = match;
  return port === undefined ? { host } : { host, port };
}

/** `host:port` for people and for reports, with brackets around an IPv6 literal. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
