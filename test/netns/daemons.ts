import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { proxyAddresses } from './addresses.ts';
import { type Daemon, startIn, waitListening } from './processes.ts';
import type { Zone } from './site.ts';

/** The password of the proxies that want one; no report, log or error may ever hold it. */
export const proxyUser = { username: 'marina', password: 'korova-92-molochnaya' } as const;

const connectPort = 8888;
const socksPort = 1080;

/** dnsmasq prefers its hosts file to `--address=/#/`, which says NXDOMAIN for all other names. */
function hostsFile(zone: Zone): string {
  return Object.entries(zone)
    .flatMap(([name, addresses]) =>
      addresses === 'nxdomain' ? [] : addresses.map((address) => `${address} ${name}\n`),
    )
    .join('');
}

/** A resolver (dnsmasq) that knows this zone and nothing else, and logs every query. */
export async function startResolver(namespace: string, address: string, zone: Zone, folder: string): Promise<Daemon> {
  const hosts = join(folder, `hosts-${namespace}`);
  writeFileSync(hosts, hostsFile(zone));
  const daemon = startIn(namespace, 'dnsmasq', [
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--user=root',
    '--pid-file=',
    '--log-facility=-',
    '--log-queries',
    '--no-resolv',
    '--no-hosts',
    `--addn-hosts=${hosts}`,
    '--address=/#/',
    '--local-ttl=60',
    '--bind-interfaces',
    '--except-interface=lo',
    `--listen-address=${address}`,
  ]);
  await waitListening(daemon, 'udp', address, 53);
  return daemon;
}

/** The names a resolver was asked for, as its log tells. */
export function queriedNames(resolver: Daemon): string[] {
  return [...resolver.output().matchAll(/query\[[A-Z0-9=]+\] (\S+) from /g)].map((match) => match[1] ?? '');
}

/** A SOCKS5 proxy without a password. */
export async function startSocks(namespace: string): Promise<Daemon> {
  const address = proxyAddresses.socks;
  const daemon = startIn(namespace, 'microsocks', ['-i', address, '-p', String(socksPort)]);
  await waitListening(daemon, 'tcp', address, socksPort);
  return daemon;
}

/** A SOCKS5 proxy that wants {@link proxyUser}. */
export async function startSocksWithPassword(namespace: string): Promise<Daemon> {
  const address = proxyAddresses.socksPassword;
  const { username, password } = proxyUser;
  const daemon = startIn(namespace, 'microsocks', [
    '-i',
    address,
    '-p',
    String(socksPort),
    '-u',
    username,
    '-P',
    password,
  ]);
  await waitListening(daemon, 'tcp', address, socksPort);
  return daemon;
}

/** Dante: SOCKS4 and SOCKS5 on one port, without a password. */
export async function startDanted(namespace: string, folder: string): Promise<Daemon> {
  const address = proxyAddresses.danted;
  const config = join(folder, 'danted.conf');
  writeFileSync(
    config,
    `logoutput: stderr
internal: ${address} port = ${socksPort}
external: lo
user.privileged: root
user.unprivileged: nobody
clientmethod: none
socksmethod: none
client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
`,
  );
  const daemon = startIn(namespace, 'danted', ['-f', config, '-N', '1', '-p', join(folder, 'danted.pid')]);
  await waitListening(daemon, 'tcp', address, socksPort);
  return daemon;
}

async function startTinyproxy(namespace: string, folder: string, address: string, extra: string): Promise<Daemon> {
  const config = join(folder, `tinyproxy-${address}.conf`);
  writeFileSync(
    config,
    `Port ${connectPort}
Listen ${address}
Timeout 60
MaxClients 200
DisableViaHeader Yes
LogLevel Warning
${extra}
`,
  );
  const daemon = startIn(namespace, 'tinyproxy', ['-d', '-c', config]);
  await waitListening(daemon, 'tcp', address, connectPort);
  return daemon;
}

/** An HTTP CONNECT proxy (tinyproxy) that lets everyone through to any port. */
export function startConnect(namespace: string, folder: string): Promise<Daemon> {
  return startTinyproxy(namespace, folder, proxyAddresses.connect, '');
}

/** An HTTP CONNECT proxy that wants {@link proxyUser} by the Basic scheme. */
export function startConnectWithPassword(namespace: string, folder: string): Promise<Daemon> {
  const { username, password } = proxyUser;
  return startTinyproxy(namespace, folder, proxyAddresses.connectPassword, `BasicAuth ${username} ${password}`);
}

const withPassword = `${proxyUser.username}:${proxyUser.password}@`;

/** Links to the proxies, as a person would paste them. */
export const proxyLinks = {
  socks: `socks5h://${proxyAddresses.socks}:${socksPort}`,
  /** The same proxy, names resolved on this side. */
  socksLocalDns: `socks5://${proxyAddresses.socks}:${socksPort}`,
  socksPassword: `socks5h://${withPassword}${proxyAddresses.socksPassword}:${socksPort}`,
  socksWrongPassword: `socks5h://${proxyUser.username}:wrong@${proxyAddresses.socksPassword}:${socksPort}`,
  socks4: `socks4://${proxyAddresses.danted}:${socksPort}`,
  socks4a: `socks4a://${proxyAddresses.socks4a}:${socksPort}`,
  danted5: `socks5h://${proxyAddresses.danted}:${socksPort}`,
  connect: `http://${proxyAddresses.connect}:${connectPort}`,
  connectPassword: `http://${withPassword}${proxyAddresses.connectPassword}:${connectPort}`,
  connectWrongPassword: `http://${proxyUser.username}:wrong@${proxyAddresses.connectPassword}:${connectPort}`,
  https: `https://${proxyAddresses.https}:8443`,
  dead: `socks5h://${proxyAddresses.dead}:${socksPort}`,
} as const;

/** Where our own SOCKS4a server listens. */
export const socks4aDoor = { address: proxyAddresses.socks4a, port: socksPort } as const;

/** Where the TLS front of the plain CONNECT proxy listens, and what is behind it. */
export const tlsFront = {
  address: proxyAddresses.https,
  port: 8443,
  to: { address: proxyAddresses.connect, port: connectPort },
} as const;
