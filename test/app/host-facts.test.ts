import { describe, expect, it } from 'vitest';
import { bypassToolsAmong } from '../../app/find-bypass-tools.ts';
import { defaultRoutes4, defaultRoutes6, readHostFacts, systemProxyOf } from '../../app/host-facts.ts';

describe('systemProxyOf', () => {
  it.each([
    [{}, null],
    [{ http_proxy: '' }, null],
    [{ HTTPS_PROXY: 'http://bob:hunter2@Proxy.example:3128/' }, 'proxy.example:3128'],
    [{ https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:2' }, 'lower:1'],
    [{ ALL_PROXY: 'socks5h://127.0.0.1' }, '127.0.0.1:1080'],
    [{ http_proxy: 'proxy.example:8080' }, 'proxy.example:8080'],
    [{ http_proxy: 'https://proxy.example' }, 'proxy.example:443'],
    [{ http_proxy: 'http://[2001:db8::1]:3128' }, '[2001:db8::1]:3128'],
    [{ http_proxy: 'http://bob:hun ter2@:x' }, 'unreadable'],
  ])('%j names %s', (env, proxy) => {
    expect(systemProxyOf(env)).toBe(proxy);
  });
});

describe('default routes on Linux', () => {
  it('are read from /proc/net/route, lowest metric first', () => {
    const table = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0',
      'tun0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\t0\t0\t0',
      'eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0',
      // 0.0.0.0/1, half of the "redirect-gateway def1" pair, is not a default route.
      'tun1\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0',
      'down0\t00000000\t0101A8C0\t0002\t0\t0\t1\t00000000\t0\t0\t0',
      '',
    ].join('\n');
    expect(defaultRoutes4(table)).toEqual(['tun0', 'wlan0']);
    expect(defaultRoutes4('')).toEqual([]);
  });

  it('are read from /proc/net/ipv6_route, without the kernel’s reject route', () => {
    const zero = '0'.repeat(32);
    const row = (metric: string, flags: string, name: string, length = '00') =>
      `${zero} ${length} ${zero} 00 fd000000000000000000000000000001 ${metric} 00000002 00000000 ${flags} ${name}`;
    const table = [
      row('00000400', '00000003', 'eth0'),
      row('00000032', '00000001', 'wg0'),
      row('ffffffff', '00200200', 'lo'),
      row('00000000', '80200001', 'eth1', '80'),
    ].join('\n');
    expect(defaultRoutes6(table)).toEqual(['wg0', 'eth0']);
  });
});

describe('bypassToolsAmong', () => {
  it('knows tools by their process names, with path, case or .exe', () => {
    expect(bypassToolsAmong(['bash', '/opt/zapret/nfqws\n', 'C:\\x\\GoodbyeDPI.exe', 'ciadpi', 'tpws'])).toEqual([
      'GoodbyeDPI',
      'byedpi',
      'zapret',
    ]);
    expect(bypassToolsAmong(['nfqws-helper', 'toString', ''])).toEqual([]);
  });
});

describe('readHostFacts', () => {
  it('answers on any machine, without the proxy’s password', async () => {
    const facts = await readHostFacts({ all_proxy: 'socks5://bob:hunter2@p.example:1' });
    expect(facts).toMatchObject({ systemProxy: 'p.example:1', platform: `${process.platform} ${process.arch}` });
    expect(JSON.stringify(facts)).not.toContain('hunter2');
  });
});
