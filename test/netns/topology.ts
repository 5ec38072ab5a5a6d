import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { isp, resolvers, uplink, user, vpn } from './addresses.ts';
import { must, run } from './processes.ts';

/** Three namespaces in a row, `user` – `isp` – `internet`, joined by veth pairs and by nothing else. */
export interface Topology {
  readonly user: string;
  readonly isp: string;
  readonly internet: string;
  /** Gives these addresses to servers in `internet`. */
  addAddresses(addresses: readonly string[]): Promise<void>;
  /** Loads a complete nftables script into one of the namespaces. */
  loadRules(namespace: string, script: string): Promise<void>;
  /** Packets that a named counter of the namespace's `inet count` table has seen. */
  countPackets(namespace: string, counter: string): Promise<number>;
  /** Ids of the processes that live in a namespace now. */
  processes(namespace: string): Promise<readonly number[]>;
  /** Ends every process inside and removes the namespaces and their files. */
  remove(): Promise<void>;
}

export interface TopologyOptions {
  /** Default `works`: the user has a global IPv6 address and a route. `absent`: neither. */
  readonly ipv6?: 'works' | 'absent';
  /** Adds a second link of the user, `wg0`, straight to the internet. */
  readonly vpn?: boolean;
}

/** ip-netns(8) binds the files of a namespace from here over those in /etc. */
export const resolverFiles = '/etc/netns';
let created = 0;

/** Counts the user's DNS packets before any rule can drop or rewrite them. */
const countRules = `
table inet count {
  counter dns { }
  counter vpn { }
  chain before {
    type filter hook prerouting priority raw;
    iifname "user0" udp dport { 53, 853 } counter name dns
    iifname "user0" tcp dport { 53, 853 } counter name dns
    iifname "vpn0" tcp flags syn counter name vpn
  }
}
`;

/** Link-local addresses are given by hand: a router needs one to ask for a neighbour (RFC 4861), and none waits for DAD. */
function ispBatch(ipv6: boolean): string {
  return `
link set lo up
link set user0 addrgenmode none up
link set net0 addrgenmode none up
addr add ${isp.v4}/24 dev user0
addr add ${uplink.ispV4}/30 dev net0
route add default via ${uplink.internetV4}
${
  ipv6
    ? `addr add ${isp.v6}/64 dev user0 nodad
addr add fe80::1/64 dev user0 nodad
addr add fe80::1/64 dev net0 nodad
addr add ${uplink.ispV6}/64 dev net0 nodad
route add default via ${uplink.internetV6}`
    : ''
}`;
}

function userBatch(ipv6: boolean): string {
  return `
link set lo up
link set eth0 addrgenmode none up
addr add ${user.v4}/24 dev eth0
route add default via ${isp.v4}
${ipv6 ? `addr add ${user.v6}/64 dev eth0 nodad\naddr add fe80::2/64 dev eth0 nodad\nroute add default via ${isp.v6}` : ''}`;
}

/** Forwarding stays off in `internet`, so packets to addresses nobody has vanish, as they mostly do outside. */
function internetBatch(ipv6: boolean): string {
  return `
link set lo up
link set isp0 addrgenmode none up
addr add ${uplink.internetV4}/30 dev isp0
route add 192.168.1.0/24 via ${uplink.ispV4}
${
  ipv6
    ? `addr add ${uplink.internetV6}/64 dev isp0 nodad
addr add fe80::2/64 dev isp0 nodad
route add 2a00:1370:8100::/64 via ${uplink.ispV6}
-6 route add blackhole default`
    : ''
}`;
}

async function batch(namespace: string, commands: string): Promise<void> {
  const lines = commands
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const [six, four] = [lines.filter((line) => line.startsWith('-6 ')), lines.filter((line) => !line.startsWith('-6 '))];
  await must('ip', ['-n', namespace, '-batch', '-'], `${four.join('\n')}\n`);
  if (six.length > 0) {
    await must('ip', ['-6', '-n', namespace, '-batch', '-'], `${six.map((line) => line.slice(3)).join('\n')}\n`);
  }
}

/** The VPN's packets go straight to `internet`; a rule by source address sends them there (ip-rule(8)). */
async function addVpn(names: { user: string; internet: string }): Promise<void> {
  await must('ip', [
    'link',
    'add',
    vpn.interface,
    'netns',
    names.user,
    'type',
    'veth',
    'peer',
    'name',
    'vpn0',
    'netns',
    names.internet,
  ]);
  await batch(names.internet, `link set vpn0 addrgenmode none up\naddr add ${vpn.gateway}/24 dev vpn0`);
  await batch(
    names.user,
    `link set ${vpn.interface} addrgenmode none up
     addr add ${vpn.user}/24 dev ${vpn.interface}
     route add default via ${vpn.gateway} dev ${vpn.interface} table 51
     rule add from ${vpn.user} lookup 51`,
  );
}

function writeResolver(namespace: string, address: string): void {
  mkdirSync(`${resolverFiles}/${namespace}`, { recursive: true });
  writeFileSync(`${resolverFiles}/${namespace}/resolv.conf`, `nameserver ${address}\n`);
}

/** Makes the three namespaces. Needs root; takes about 100 ms. */
export async function createTopology(options: TopologyOptions = {}): Promise<Topology> {
  // leftovers.ts reads the owner's id out of the name.
  const stem = `wl${process.pid}x${created++}`;
  const names = { user: `${stem}u`, isp: `${stem}i`, internet: `${stem}n` };
  const ipv6 = options.ipv6 !== 'absent';
  try {
    await must(
      'ip',
      ['-batch', '-'],
      `netns add ${names.user}
netns add ${names.isp}
netns add ${names.internet}
link add eth0 netns ${names.user} type veth peer name user0 netns ${names.isp}
link add net0 netns ${names.isp} type veth peer name isp0 netns ${names.internet}
`,
    );
    writeResolver(names.user, isp.v4);
    writeResolver(names.internet, resolvers.plain);
    await Promise.all([
      batch(names.user, userBatch(ipv6)),
      batch(names.isp, ispBatch(ipv6)),
      batch(names.internet, internetBatch(ipv6)),
      must('ip', [
        'netns',
        'exec',
        names.isp,
        'sysctl',
        '-qw',
        'net.ipv4.ip_forward=1',
        'net.ipv6.conf.all.forwarding=1',
      ]),
      must('ip', ['netns', 'exec', names.isp, 'nft', '-f', '-'], countRules),
      must('ip', ['netns', 'exec', names.internet, 'nft', '-f', '-'], countRules),
    ]);
    if (options.vpn) await addVpn(names);
  } catch (error) {
    await removeNamespaces(Object.values(names));
    throw error;
  }
  return {
    ...names,
    addAddresses: async (addresses) => {
      if (addresses.length === 0) return;
      await batch(names.internet, addresses.map((address) => `addr add ${address} dev lo nodad`).join('\n'));
    },
    loadRules: async (namespace, script) => {
      await must('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], script);
    },
    countPackets: async (namespace, counter) => {
      const text = await must('ip', ['netns', 'exec', namespace, 'nft', 'list', 'counter', 'inet', 'count', counter]);
      return Number(/packets (\d+)/.exec(text)?.[1]);
    },
    processes: processesIn,
    remove: () => removeNamespaces(Object.values(names)),
  };
}

async function processesIn(namespace: string): Promise<readonly number[]> {
  const { stdout } = await run('ip', ['netns', 'pids', namespace]);
  return stdout.split('\n').filter(Boolean).map(Number);
}

async function killInside(namespace: string): Promise<void> {
  for (const pid of await processesIn(namespace)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended on its own in the meantime.
    }
  }
}

/** Ends what lives in these namespaces and removes them with their files; those that do not exist are passed over. */
export async function removeNamespaces(namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces) {
    await killInside(namespace);
    await run('ip', ['netns', 'del', namespace]);
    rmSync(`${resolverFiles}/${namespace}`, { recursive: true, force: true });
  }
  try {
    rmdirSync(resolverFiles);
  } catch {
    // Others have files there, or nobody ever had.
  }
}
