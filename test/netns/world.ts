import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isp, proxyAddresses, resolvers } from './addresses.ts';
import { type Authority, createAuthority } from './authority.ts';
import { type CensorSpec, censorRules, planMiddlebox } from './censor.ts';
import { type Check, type CheckRequest, type StartedCheck, startCheck } from './check.ts';
import {
  proxyLinks,
  queriedNames,
  socks4aDoor,
  startConnect,
  startConnectWithPassword,
  startDanted,
  startResolver,
  startSocks,
  startSocksWithPassword,
  tlsFront,
} from './daemons.ts';
import { createFolder } from './leftovers.ts';
import type { MiddleboxEvent } from './middlebox.ts';
import { type Daemon, type Finished, run, startIn } from './processes.ts';
import type { ServedMtproxy, ServersConfig, ServersEvent, Zone } from './site.ts';
import { baselineSites, dohSites, type SiteSpec } from './sites.ts';
import { createTopology, type Topology, type TopologyOptions } from './topology.ts';

export type ProxyDaemon = 'socks' | 'socksPassword' | 'socks4a' | 'danted' | 'connect' | 'connectPassword' | 'https';

export interface DnsSpec {
  /** Where the provider's resolver answers otherwise than the truth. */
  readonly isp?: Zone;
  /** The same for the plain public resolver and for the DoH servers. */
  readonly plain?: Zone;
  readonly doh?: Zone;
  /** Resolvers that take queries and never answer. */
  readonly silent?: readonly ('isp' | 'plain')[];
}

/** A little internet, its users and its censor. */
export interface WorldSpec extends TopologyOptions {
  /** What exists besides the baselines and the DoH servers; a site with the name of one of them replaces it. */
  readonly sites?: readonly SiteSpec[];
  readonly dns?: DnsSpec;
  readonly censor?: CensorSpec;
  readonly proxies?: readonly ProxyDaemon[];
  /** The HTTPS proxy's certificate is signed by a root that nobody knows. */
  readonly untrustedProxy?: boolean;
  readonly mtproxies?: readonly ServedMtproxy[];
  /** How far all clocks of the world are ahead of the user's, in milliseconds; default not at all. */
  readonly clockAheadMs?: number;
  /** The root the middlebox signs with when it intercepts; default one that nobody trusts. */
  readonly forger?: Authority;
}

export interface World {
  readonly topology: Topology;
  readonly links: typeof proxyLinks;
  /** Folder of this world's own files, gone with it. */
  readonly folder: string;
  /** Runs `waylight check` as the user, to its end, and reads its report. */
  check(request: CheckRequest): Promise<Check>;
  /** Starts the same without waiting. */
  startCheck(request: CheckRequest): StartedCheck;
  /** Runs any command as the user. */
  asUser(command: string, ...args: readonly string[]): Promise<Finished>;
  /** Names the provider's resolver was asked for so far. */
  queriedNames(): string[];
  /** DNS packets that left the user's machine so far, over UDP, TCP or TLS, to anyone. */
  dnsPackets(): Promise<number>;
  /** Connections that reached the servers so far, by `address:port`, with where they came from. */
  connections(): readonly { readonly to: string; readonly from: string }[];
  /** What clients said first to the MTProxy at this address so far: a ClientHello, or the first 64 bytes of what is none. */
  greetings(address: string): readonly Buffer[];
}

const serversFile = fileURLToPath(new URL('./servers.ts', import.meta.url));
const middleboxFile = fileURLToPath(new URL('./middlebox.ts', import.meta.url));

/** The root every valid certificate of the world hangs from, and one that no client knows. Made once per test file. */
const publicRoot = createAuthority('Waylight Test Root');
const unknownRoot = createAuthority('Unheard-of Root');

/** Starts one of our own programs in a namespace, gives it its task and waits until it says that it is ready. */
async function startProgram(
  namespace: string,
  file: string,
  task: object,
  onEvent: (event: ServersEvent) => void = () => {},
): Promise<Daemon> {
  const daemon = startIn(namespace, process.execPath, [file], { ipc: true });
  const { child } = daemon;
  child.send(task);
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: ServersEvent | MiddleboxEvent) => {
      if (message.event === 'ready') resolve();
      else if (message.event === 'failed') reject(new Error(`${file}: ${message.message}`));
      else onEvent(message);
    });
    child.once('exit', () => reject(new Error(`${file} ended: ${daemon.output()}`)));
  });
  await ready;
  return daemon;
}

function truthOf(sites: readonly SiteSpec[]): Zone {
  return Object.fromEntries(
    sites.flatMap((site) =>
      site.names.map((name) => [name, sites.filter((s) => s.names.includes(name)).flatMap((s) => s.addresses)]),
    ),
  );
}

function withKeys(sites: readonly SiteSpec[]): ServersConfig['sites'] {
  return sites.map((spec) => {
    const { certificate = 'valid', certificateNames, ...served } = spec;
    if (!served.https) return served;
    const issuer = certificate === 'untrusted' ? unknownRoot : publicRoot;
    return { ...served, key: issuer.issue(certificateNames ?? served.names, certificate === 'expired') };
  });
}

async function startProxies(topology: Topology, wanted: readonly ProxyDaemon[], folder: string): Promise<void> {
  const namespace = topology.internet;
  const start: Record<ProxyDaemon, () => Promise<unknown>> = {
    socks: () => startSocks(namespace),
    socksPassword: () => startSocksWithPassword(namespace),
    danted: () => startDanted(namespace, folder),
    connect: () => startConnect(namespace, folder),
    connectPassword: () => startConnectWithPassword(namespace, folder),
    // Two are doors of the servers: this one, and the TLS side of the HTTPS proxy in front of the plain one.
    socks4a: async () => {},
    https: async () => wanted.includes('connect') || startConnect(namespace, folder),
  };
  await Promise.all(wanted.map((name) => start[name]()));
}

function proxyAddressesOf(wanted: readonly ProxyDaemon[]): string[] {
  const names = wanted.includes('https') ? [...wanted, 'connect' as const] : wanted;
  return names.map((name) => proxyAddresses[name]);
}

/** Builds the world, lets `use` live in it, and removes every trace of it whatever happened. */
export async function world<T>(spec: WorldSpec, use: (world: World) => Promise<T>): Promise<T> {
  const own = spec.sites ?? [];
  const replaced = (standard: SiteSpec) => own.some((site) => site.names.some((name) => standard.names.includes(name)));
  const sites = [...own, ...[...baselineSites, ...dohSites].filter((standard) => !replaced(standard))];
  const wanted = spec.proxies ?? [];
  const folder = createFolder();
  const topology = await createTopology(spec);
  try {
    return await use(await populate(spec, sites, wanted, topology, folder));
  } finally {
    await topology.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds a world, runs one check in it to its end, and removes it. */
export function checkIn(spec: WorldSpec, request: (at: World) => CheckRequest): Promise<Check> {
  return world(spec, (at) => at.check(request(at)));
}

async function populate(
  spec: WorldSpec,
  sites: readonly SiteSpec[],
  wanted: readonly ProxyDaemon[],
  topology: Topology,
  folder: string,
): Promise<World> {
  const truth = truthOf(sites);
  const { dns = {}, mtproxies = [], clockAheadMs = 0 } = spec;
  const censor: CensorSpec = {
    ...spec.censor,
    prerouting: [
      ...(spec.censor?.prerouting ?? []),
      ...(dns.silent ?? []).map((who) => `ip daddr ${who === 'isp' ? isp.v4 : resolvers.plain} udp dport 53 drop`),
    ],
  };
  const forger = spec.forger ?? unknownRoot;
  const middlebox = planMiddlebox(censor, sites, mtproxies, (name) =>
    forger.issue([name === '' ? 'nobody.example' : name]),
  );
  const ca = join(folder, 'test-root.pem');
  writeFileSync(ca, publicRoot.certificate);

  await topology.addAddresses([
    ...new Set([
      ...sites.flatMap((site) => site.addresses),
      ...proxyAddressesOf(wanted),
      ...mtproxies.map(({ address }) => address),
    ]),
  ]);
  const connections: { to: string; from: string }[] = [];
  const greetings: { address: string; bytes: string }[] = [];
  const [ispResolver] = await Promise.all([
    startResolver(topology.isp, isp.v4, { ...truth, ...dns.isp }, folder),
    startResolver(topology.internet, resolvers.plain, { ...truth, ...dns.plain }, folder),
    startProgram(
      topology.internet,
      serversFile,
      {
        sites: withKeys(sites),
        zone: { ...truth, ...dns.doh },
        mtproxies,
        clockAheadMs,
        ...(wanted.includes('https')
          ? {
              tlsFront: {
                ...tlsFront,
                key: (spec.untrustedProxy ? unknownRoot : publicRoot).issue([tlsFront.address]),
              },
            }
          : {}),
        ...(wanted.includes('socks4a') ? { socks4a: socks4aDoor } : {}),
      } satisfies ServersConfig,
      (event) => {
        if (event.event === 'connection') connections.push({ to: `${event.address}:${event.port}`, from: event.from });
        else if (event.event === 'greeting') greetings.push(event);
      },
    ),
    middlebox ? startProgram(topology.isp, middleboxFile, middlebox) : undefined,
    startProxies(topology, wanted, folder),
    topology.loadRules(topology.isp, censorRules(censor, middlebox)),
  ]);
  return {
    topology,
    links: proxyLinks,
    folder,
    startCheck: (request) => startCheck({ namespace: topology.user, folder, ca }, request),
    check: (request) => startCheck({ namespace: topology.user, folder, ca }, request).finished,
    asUser: (command, ...args) => run('ip', ['netns', 'exec', topology.user, command, ...args]),
    queriedNames: () => queriedNames(ispResolver),
    dnsPackets: () => topology.countPackets(topology.isp, 'dns'),
    connections: () => connections,
    greetings: (address) =>
      greetings.filter((item) => item.address === address).map(({ bytes }) => Buffer.from(bytes, 'base64')),
  };
}
