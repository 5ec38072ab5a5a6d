import { afterAll, beforeAll } from 'vitest';
import { requireTool } from '../support/require-tool.ts';
import { removeStale } from './topology.ts';

const tools = ['ip', 'nft', 'sysctl', 'dnsmasq', 'microsocks', 'danted', 'tinyproxy', 'curl', 'openssl', 'ss'];

/**
 * Whether this machine can make worlds: root rights, network namespaces and the daemons. Says so loudly when it cannot, and
 * throws with CI=true. Leftovers of a killed run are removed before the file's first test and after its last.
 */
export function requireWorld(): boolean {
  const able = requireTool(tools, { root: true });
  if (able) {
    beforeAll(removeStale);
    afterAll(removeStale);
  }
  return able;
}
