import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';

/** The two ends of a connection over IPv4 loopback. */
export interface LoopbackConnection {
  readonly serverPort: number;
  readonly clientPort: number;
}

/** A row's uid by its ends, as the kernel writes them: `LOCAL:PORT REMOTE:PORT` in hexadecimal. */
type Owners = ReadonlyMap<string, number>;

/**
 * Whether the client of a connection runs as another user of this machine, by the kernel's tables (Linux). Opening a browser
 * puts its address with the code where every user can read it, and one of them could be quicker than the browser. False
 * where the tables are missing or do not show this connection at all, as then nothing can be said.
 */
export async function isOwnedByAnother(connection: LoopbackConnection, uid = process.getuid?.()): Promise<boolean> {
  if (uid === undefined) return false;
  const [ipv4, ipv6] = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readTable));
  return judgeOwner(connection, uid, readOwners(ipv4 ?? ''), readOwners(ipv6 ?? ''));
}

/** Apart from the files, for tests. */
export function judgeOwner({ serverPort, clientPort }: LoopbackConnection, uid: number, ipv4: Owners, ipv6: Owners) {
  const [server, client] = [`${loopback4}:${hex(serverPort)}`, `${loopback4}:${hex(clientPort)}`];
  // A client may also hold an IPv6 socket for ::ffff:127.0.0.1.
  const owner =
    ipv4.get(`${client} ${server}`) ?? ipv6.get(`${mapped}:${hex(clientPort)} ${mapped}:${hex(serverPort)}`);
  if (owner !== undefined) return owner !== uid;
  // Our own end is there and the client's is not: whoever that is hides.
  return ipv4.has(`${server} ${client}`);
}

/** Rows of proc_net_tcp: number, local, remote, state, queues, timer, retransmissions, uid. */
export function readOwners(table: string): Owners {
  const rows = table.split('\n').slice(1);
  return new Map(
    rows.flatMap((row) => {
      const [, local, remote, , , , , uid] = row.trim().split(/\s+/);
      return local !== undefined && remote !== undefined && uid !== undefined && /^\d+$/.test(uid)
        ? [[`${local} ${remote}`, Number(uid)] as const]
        : [];
    }),
  );
}

/** The kernel writes addresses as words of the machine's own byte order. */
const isLittle = endianness() === 'LE';
const loopback4 = isLittle ? '0100007F' : '7F000001';
const mapped = `${'0'.repeat(16)}${isLittle ? 'FFFF0000' : '0000FFFF'}${loopback4}`;

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

async function readTable(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
