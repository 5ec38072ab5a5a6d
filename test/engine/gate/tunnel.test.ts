import { describe, expect, it } from 'vitest';
import { findSourceInterface, isTunnelName, readTunnel, sawFakeIp } from '../../../engine/gate/tunnel.ts';
import type { Network } from '../../../engine/network.ts';
import { aResult, compared, type Ran, told } from '../../support/a-case.ts';

const named = (...names: string[]) =>
  names.map((name) => ({ name, address: '10.8.0.2', family: 4 as const, internal: false }));
const never = new AbortController().signal;

describe('the name of an interface', () => {
  it.each([
    'tun0',
    'tap1',
    'utun4',
    'wg0',
    'wg-mullvad',
    'ppp0',
    'ipsec0',
    'nordlynx',
    'ProtonVPN',
    'WireGuard Tunnel',
    'CloudflareWARP',
    'tailscale0',
    'ztabcdef12',
    'singbox_tun',
    'Mullvad',
    'SurfsharkWireGuard',
    'ExpressVPN TAP',
    'sing-tun',
    'Meta',
    'Hiddify',
    'OpenVPN TAP-Windows6',
  ])('%s is that of a tunnel', (name) => expect(isTunnelName(name)).toBe(true));

  it.each([
    'eth0',
    'en0',
    'wlan0',
    'wlp3s0',
    'lo',
    'docker0',
    'br-0af',
    'veth12',
    'Ethernet',
    'Wi-Fi',
    'Metalink Adapter',
    'awdl0',
    'usb0',
    'rmnet0',
    'wwan0',
  ])('%s is not', (name) => expect(isTunnelName(name)).toBe(false));
});

describe('readTunnel', () => {
  it('goes by the interface that carries traffic', () => {
    expect(readTunnel([undefined, 'eth0', 'utun4'], named('eth0', 'utun4'), [])).toEqual({
      up: true,
      interface: 'utun4',
      sign: 'interface',
    });
  });

  it('else by a default route, of an interface that still exists', () => {
    expect(readTunnel(['eth0'], named('eth0', 'wg0'), ['eth0', 'wg0'])).toEqual({
      up: true,
      interface: 'wg0',
      sign: 'default-route',
    });
    expect(readTunnel(['eth0'], named('eth0'), ['wg0'])).toEqual({ up: false });
  });

  it('takes a tunnel that merely exists for none: macOS has several idle ones', () => {
    expect(readTunnel(['en0'], named('en0', 'utun0', 'utun1'), ['en0'])).toEqual({ up: false });
    expect(readTunnel([], [], [])).toEqual({ up: false });
  });
});

describe('findSourceInterface', () => {
  function network(localAddress: string | Error): { network: Network; closed: () => number } {
    let closed = 0;
    const unused = () => {
      throw new Error('unused');
    };
    return {
      closed: () => closed,
      network: {
        lookup: unused,
        connect: unused,
        interfaces: () => [{ name: 'wg0', address: '10.8.0.2', family: 4, internal: false }],
        udp: async () => {
          const close = () => {
            closed += 1;
          };
          if (localAddress instanceof Error) throw localAddress;
          return { localAddress, send: unused, listen: unused, close };
        },
      },
    };
  }

  it('asks the kernel without sending a packet, and closes the socket', async () => {
    const world = network('10.8.0.2');
    expect(await findSourceInterface(world.network, '192.0.2.1', never)).toBe('wg0');
    expect(world.closed()).toBe(1);
  });

  it('knows nothing of an address that is nobody’s, or without a route', async () => {
    expect(await findSourceInterface(network('10.9.9.9').network, '192.0.2.1', never)).toBeUndefined();
    expect(await findSourceInterface(network(new Error('ENETUNREACH')).network, '192.0.2.1', never)).toBeUndefined();
  });
});

describe('sawFakeIp', () => {
  const saw = (seen: NonNullable<Ran['seen']>) => sawFakeIp(aResult('direct', { seen }).observations);

  it('goes by what the system’s resolver said, and by it alone', () => {
    expect(saw([told(['198.18.0.7'])])).toBe(true);
    expect(saw([told(['198.19.255.1'])])).toBe(true);
    expect(saw([told(['198.20.0.1'])])).toBe(false);
    expect(saw([compared('udp', ['198.18.0.7'])])).toBe(false);
    expect(saw([])).toBe(false);
  });
});
