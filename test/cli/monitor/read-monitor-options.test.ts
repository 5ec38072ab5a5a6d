import { describe, expect, it } from 'vitest';
import { readInterval, readListen } from '../../../cli/monitor/read-monitor-options.ts';

describe('--every', () => {
  it.each([
    ['30s', 30_000],
    ['90s', 90_000],
    ['15m', 900_000],
    ['6h', 21_600_000],
    ['24h', 86_400_000],
    ['86400s', 86_400_000],
  ])('%s is %d ms', (text, value) => {
    expect(readInterval(text)).toMatchObject({ ok: true, value });
  });

  it.each([
    '',
    '15',
    'm',
    '0s',
    '29s',
    '25h',
    '86401s',
    '1d',
    '15 m',
    '15M',
    '-15m',
    '1.5h',
    '1e3s',
    '9999999s',
    '15m ',
    '１５m',
  ])('%j is refused', (text) => {
    expect(readInterval(text)).toEqual({ ok: false, problems: [{ option: '--every', code: 'option-interval' }] });
  });
});

describe('--metrics', () => {
  it.each([
    ['127.0.0.1:9464', { address: '127.0.0.1', port: 9464 }, []],
    ['[::1]:9464', { address: '::1', port: 9464 }, []],
    ['127.8.8.8:1', { address: '127.8.8.8', port: 1 }, []],
    // Said by the person in so many words, so done; and told what it means.
    ['0.0.0.0:9464', { address: '0.0.0.0', port: 9464 }, ['listen-open']],
    ['[::]:9464', { address: '::', port: 9464 }, ['listen-open']],
    ['192.168.1.5:9464', { address: '192.168.1.5', port: 9464 }, ['listen-open']],
    ['[::ffff:127.0.0.1]:9464', { address: '::ffff:7f00:1', port: 9464 }, ['listen-open']],
  ])('%s is served', (text, value, notices) => {
    const read = readListen(text);
    expect(read).toMatchObject({ ok: true, value });
    expect(read.ok && read.notices.map(({ code }) => code)).toEqual(notices);
  });

  it.each([
    '',
    '9464',
    ':9464',
    '*:9464',
    'localhost:9464',
    '127.0.0.1',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '::1:9464',
    '127.1:9464',
    'http://127.0.0.1:9464',
    'unix:/tmp/x',
  ])('%j is refused', (text) => {
    expect(readListen(text)).toEqual({ ok: false, problems: [{ option: '--metrics', code: 'option-listen' }] });
  });

  it('is nothing where it is not given', () => {
    expect(readListen(undefined)).toEqual({ ok: true, value: undefined, notices: [] });
  });
});
