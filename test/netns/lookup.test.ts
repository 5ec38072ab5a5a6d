import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { requireTool } from '../support/require-tool.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * A resolver on loopback that swallows every name but `good.example`. 40 names are asked first, then the good one;
 * then the process ends itself with code 3.
 */
const program = `
import { createSocket } from 'node:dgram';
import dnsPacket from 'dns-packet';
import { nodeNetwork } from './engine/node-network.ts';
const server = createSocket('udp4');
server.on('message', (message, from) => {
  const { id, questions } = dnsPacket.decode(message);
  if (questions[0].name !== 'good.example') return;
  const answers = questions[0].type === 'A' ? [{ type: 'A', name: 'good.example', ttl: 1, data: '192.0.2.7' }] : [];
  server.send(dnsPacket.encode({ type: 'response', id, questions, answers }), from.port, from.address);
});
await new Promise((resolve) => server.bind(53, '127.0.0.1', resolve));
const { lookup } = nodeNetwork();
const controller = new AbortController();
const swallowed = Array.from({ length: 40 }, (_, index) => lookup('swallowed' + index + '.example', { signal: controller.signal }));
let rejected = 0;
for (const one of swallowed) one.catch(() => { rejected += 1; });
await new Promise((resolve) => setTimeout(resolve, 300));
let from = performance.now();
const addresses = await lookup('good.example', { signal: controller.signal });
const goodMs = performance.now() - from;
from = performance.now();
controller.abort();
await Promise.allSettled(swallowed);
const abortMs = performance.now() - from;
console.log(JSON.stringify({ addresses, goodMs, abortMs, rejected, exitAt: Date.now() }));
process.exit(3);
`;

describe.skipIf(!requireTool(['unshare', 'mount', 'ip'], { root: true }))('names that a resolver swallows', () => {
  it('delay neither other names nor the end of the process, and leave no process behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waylight-lookup-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
    writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost\n');
    writeFileSync(join(folder, 'nsswitch.conf'), 'hosts: files dns\n');
    const binds = ['resolv.conf', 'hosts', 'nsswitch.conf'].map(
      (name) => `mount --bind ${folder}/${name} /etc/${name}`,
    );
    const marker = randomUUID();
    const script = `ip link set lo up && ${binds.join(' && ')} && exec "$NODE" --input-type=module -e "$PROGRAM"`;
    const { code, stdout } = await new Promise<{ code: unknown; stdout: string }>((resolve) => {
      execFile(
        'unshare',
        ['--net', '--mount', 'sh', '-c', script],
        { cwd: root, env: { ...process.env, NODE: process.execPath, PROGRAM: program, WAYLIGHT_MARKER: marker } },
        (error, out) => resolve({ code: error?.code, stdout: out }),
      );
    });
    const endedAt = Date.now();
    const told = JSON.parse(stdout) as {
      addresses: string[];
      goodMs: number;
      abortMs: number;
      rejected: number;
      exitAt: number;
    };
    expect(code).toBe(3);
    expect(told.addresses).toEqual(['192.0.2.7']);
    expect(told.goodMs).toBeLessThan(500);
    expect(told.rejected).toBe(40);
    expect(told.abortMs).toBeLessThan(100);
    expect(endedAt - told.exitAt).toBeLessThan(500);
    await expect.poll(() => processesWith(marker), { timeout: 500 }).toEqual([]);
  });
});

function processesWith(marker: string): string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return readFileSync(`/proc/${entry}/environ`, 'latin1').includes(marker);
    } catch {
      // Gone in the meantime.
      return false;
    }
  });
}
