import { readFile } from 'node:fs/promises';
import type { HostFacts } from '../engine/run/run-input.ts';
import { findBypassTools } from './find-bypass-tools.ts';
import { formatHostPort } from './input/parse-host.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What this machine says of itself, read from files, the process list and the environment; sends nothing and never rejects. */
export async function readHostFacts(env: Environment): Promise<HostFacts> {
  const [ipv4, ipv6, bypassTools] = await Promise.all([
    readText('/proc/net/route'),
    readText('/proc/net/ipv6_route'),
    findBypassTools(),
  ]);
  return {
    platform: `${process.platform} ${process.arch}`,
    systemProxy: systemProxyOf(env),
    defaultRouteInterfaces: [...new Set([...defaultRoutes4(ipv4), ...defaultRoutes6(ipv6)])],
    bypassTools,
  };
}

/** Linux only; elsewhere the files are missing and the list stays empty. */
async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** `host:port` of the proxy the environment names, without its credentials; lower-case names win, as in curl. */
export function systemProxyOf(env: Environment): string | null {
  for (const name of ['https_proxy', 'all_proxy', 'http_proxy']) {
    const text = env[name] || env[name.toUpperCase()];
    if (!text) continue;
    const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    // What cannot be read is still worth saying, but may hold a password anywhere.
    if (!url || url.hostname === '') return 'unreadable';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = url.port || { 'http:': 80, 'https:': 443 }[url.protocol] || 1080;
    return formatHostPort(host, Number(port));
  }
  return null;
}

/** Interfaces of the default routes in /proc/net/route, lowest metric first (columns: proc(5)). */
export function defaultRoutes4(table: string): string[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, , flags, , , , mask]) => destination === '00000000' && mask === '00000000' && isUp(flags))
    .sort((a, b) => Number(a[6]) - Number(b[6]))
    .flatMap(([name]) => (name === undefined ? [] : [name]));
}

/** Interfaces of the default routes in /proc/net/ipv6_route, lowest metric first; the kernel's reject route on lo is none. */
export function defaultRoutes6(table: string): string[] {
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([destination, length, , , , , , , flags, name]) => {
      return length === '00' && /^0{32}$/.test(destination ?? '') && isUp(flags) && name !== 'lo';
    })
    .sort((a, b) => Number.parseInt(a[5] ?? '', 16) - Number.parseInt(b[5] ?? '', 16))
    .flatMap(([, , , , , , , , , name]) => (name === undefined ? [] : [name]));
}

/** RTF_UP is 1, RTF_REJECT 0x200 (linux/route.h). */
function isUp(flags: string | undefined): boolean {
  const bits = Number.parseInt(flags ?? '', 16);
  return (bits & 1) === 1 && (bits & 0x200) === 0;
}
