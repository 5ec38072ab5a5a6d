import type { CallName } from '../model/call-names.ts';

const kib = 1024;
const mib = 1024 * kib;

/** What the contract lets a person paste or bring as a file, with room for its escapes as JSON. */
const larger: { readonly [N in CallName]?: number } = {
  importTargets: 20 * mib,
  updateRanges: 20 * mib,
  previewImport: 4 * mib,
  importRoutes: 4 * mib,
  toggleTargets: 4 * mib,
  removeTargets: 4 * mib,
  startCheck: 4 * mib,
  read2018: 2 * mib,
  orderRoutes: mib,
  lookUp: 256 * kib,
};

/** The largest body a call may have, in bytes. */
export function bodyLimit(name: CallName): number {
  return larger[name] ?? 64 * kib;
}
