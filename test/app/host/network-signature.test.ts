import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import { readNetworkSignature } from '../../../app/host/network-signature.ts';

const ipv4 = (cidr: string): NetworkInterfaceInfo => ({
  family: 'IPv4',
  address: cidr.replace(/\/.*/, ''),
  cidr,
  netmask: '',
  mac: '',
  internal: cidr.startsWith('127.'),
});
const ipv6 = (cidr: string): NetworkInterfaceInfo => ({ ...ipv4(cidr), family: 'IPv6', scopeid: 0, internal: false });

const header = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n';
const via = (name: string, gateway: string) =>
  `${header}${name}\t00000000\t${gateway}\t0003\t0\t0\t100\t00000000\t0\t0\t0\n`;

const signature = (interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>, routes = '') =>
  readNetworkSignature({ interfaces: () => interfaces, routes: async () => [routes, ''] });

const home = { lo: [ipv4('127.0.0.1/8')], wlan0: [ipv4('192.168.1.7/24'), ipv6('2001:db8:1:2:aaaa::1/64')] };

it('is the same in one network: temporary addresses and containers do not count', async () => {
  const before = await signature(home, via('wlan0', '0101A8C0'));
  const later = {
    ...home,
    wlan0: [ipv6('2001:db8:1:2:bbbb::9/64'), ipv6('fe80::1/64'), ipv4('192.168.1.7/24')],
    docker0: [ipv4('172.17.0.1/16')],
  };
  expect(await signature(later, via('wlan0', '0101A8C0'))).toBe(before);
});

it('is another with another address, gateway, interface, prefix or tunnel', async () => {
  const all = await Promise.all([
    signature(home, via('wlan0', '0101A8C0')),
    signature(home, via('wlan0', 'FE01A8C0')),
    signature({ wlan0: [ipv4('192.168.1.8/24')] }, via('wlan0', '0101A8C0')),
    signature({ wlan0: [ipv4('192.168.1.7/24'), ipv6('2001:db8:9::1/64')] }, via('wlan0', '0101A8C0')),
    signature({ ...home, tun0: [ipv4('10.8.0.2/24')] }, via('wlan0', '0101A8C0')),
    signature({ eth0: [ipv4('192.168.1.7/24')] }, via('eth0', '0101A8C0')),
  ]);
  expect(new Set(all).size).toBe(all.length);
});

it('is of all interfaces where the system does not tell its routes, and empty where there is no network', async () => {
  expect(await signature(home)).toContain('wlan0');
  expect(await signature({ lo: [ipv4('127.0.0.1/8')], wlan0: [ipv6('fe80::1/64'), ipv4('169.254.3.4/16')] })).toBe('');
  expect(await signature(home, header)).toBe('');
});

it('is read of this machine without failing', async () => {
  expect(typeof (await readNetworkSignature())).toBe('string');
});
