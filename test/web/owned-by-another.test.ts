import { existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isOwnedByAnother, judgeOwner, readOwners } from '../../web/owned-by-another.ts';

/** Port 8080 is 1F90, 50000 is C350. */
const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const row = (local: string, remote: string, uid: number) =>
  `   7: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 12345 1 0 20 4 30 10 -1`;
const server = '0100007F:1F90';
const client = '0100007F:C350';
const listener = row(server, '00000000:0000', 1000);
const connection = { serverPort: 8080, clientPort: 50_000 };
const table = (...rows: string[]) => readOwners([header, ...rows, ''].join('\n'));
const empty = readOwners('');

describe('whose connection it is', () => {
  it('is ours where the kernel says so', () => {
    const rows = table(listener, row(server, client, 1000), row(client, server, 1000));
    expect(judgeOwner(connection, 1000, rows, empty)).toBe(false);
  });

  it('is another’s where another user holds the client’s end', () => {
    const rows = table(listener, row(server, client, 1000), row(client, server, 1001));
    expect(judgeOwner(connection, 1000, rows, empty)).toBe(true);
  });

  it('is another’s too over an IPv6 socket', () => {
    const mapped = '0000000000000000FFFF0000';
    const rows6 = table(row(`${mapped}${client}`, `${mapped}${server}`, 1001));
    expect(judgeOwner(connection, 1000, table(listener, row(server, client, 1000)), rows6)).toBe(true);
  });

  it('is taken for another’s where the client’s end is hidden', () => {
    expect(judgeOwner(connection, 1000, table(listener, row(server, client, 1000)), empty)).toBe(true);
  });

  it('is not judged without the tables, or where they do not show the connection', () => {
    expect(judgeOwner(connection, 1000, empty, empty)).toBe(false);
    expect(judgeOwner(connection, 1000, table(listener), empty)).toBe(false);
  });

  it('is not confused by the same ports the other way round', () => {
    const rows = table(row(server, client, 1001), row(client, server, 1000));
    expect(judgeOwner(connection, 1000, rows, empty)).toBe(false);
  });

  it.skipIf(!existsSync('/proc/net/tcp'))('the real tables show a real connection as ours', async () => {
    const listening = createServer();
    await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
    const serverPort = (listening.address() as AddressInfo).port;
    const [socket] = await Promise.all([
      new Promise<import('node:net').Socket>((done) => {
        const outgoing = connect(serverPort, '127.0.0.1', () => done(outgoing));
      }),
      new Promise((done) => listening.once('connection', done)),
    ]);
    const ends = { serverPort, clientPort: socket.localPort ?? 0 };
    expect(await isOwnedByAnother(ends)).toBe(false);
    expect(await isOwnedByAnother(ends, (process.getuid?.() ?? 0) + 1)).toBe(true);
    socket.destroy();
    listening.close();
  });
});
