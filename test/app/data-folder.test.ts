import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../app/data-folder.ts';

describe('dataFolder', () => {
  it.each([
    ['linux', {}, join(homedir(), '.local', 'share', 'waylight')],
    ['linux', { XDG_DATA_HOME: '/srv/me' }, join('/srv/me', 'waylight')],
    ['linux', { XDG_DATA_HOME: 'relative' }, join(homedir(), '.local', 'share', 'waylight')],
    ['darwin', { XDG_DATA_HOME: '/srv/me' }, join(homedir(), 'Library', 'Application Support', 'Waylight')],
    ['win32', { LOCALAPPDATA: 'L' }, join('L', 'waylight')],
    ['win32', { LOCALAPPDATA: '' }, join(homedir(), 'AppData', 'Local', 'waylight')],
  ] as const)('%s %j', (platform, env, folder) => expect(dataFolder(env, platform)).toBe(folder));
});
