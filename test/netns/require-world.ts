import { afterAll, beforeAll, expect } from 'vitest';
import { requireTool } from '../support/require-tool.ts';
import { listNamespaces, removeLeftovers } from './leftovers.ts';

const tools = ['ip', 'nft', 'sysctl', 'dnsmasq', 'microsocks', 'danted', 'tinyproxy', 'curl', 'openssl', 'ss'];

let able: boolean | undefined;

/**
 * Whether this machine can make worlds: root rights, network namespaces and the daemons. Says so loudly when it cannot, once
 * per test file, and throws with CI=true. Leftovers of a killed run are removed before the file's first test.
 */
export function requireWorld(): boolean {
  if (able === undefined) {
    able = requireTool(tools, { root: true });
    if (able) {
      beforeAll(removeLeftovers);
      afterAll(() => expect(listNamespaces((owner) => owner === process.pid)).toEqual([]));
    }
  }
  return able;
}
