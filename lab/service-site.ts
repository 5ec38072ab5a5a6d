import services from '../data/services.json' with { type: 'json' };
import type { SiteDeclaration } from './scenario.ts';

interface ServiceEntry {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly url: string;
  readonly expect?: { readonly status?: number[]; readonly bodyIncludes?: string };
  readonly home?: string;
  readonly note?: string;
}

const entries: readonly ServiceEntry[] = [...services.services, ...services.baselines];

/** A site for a service of `data/services.json`, under its real name, at the addresses given. Throws for an unknown id. */
export function serviceSite(
  id: string,
  addresses: readonly string[],
  more: Partial<Omit<SiteDeclaration, 'target'>> & { readonly transfer?: string; readonly upload?: string } = {},
): SiteDeclaration {
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new RangeError(`no service is called ${id}`);
  const url = new URL(entry.url);
  const { name, group, expect, home, note } = entry;
  const { transfer, upload, ...rest } = more;
  return {
    host: url.hostname,
    addresses: [...addresses],
    scheme: url.protocol === 'https:' ? 'https' : 'both',
    answer: url.pathname.endsWith('/generate_204') ? { kind: 'reply', status: 204 } : { kind: 'page' },
    target: {
      id,
      name,
      group,
      path: `${url.pathname}${url.search}`,
      ...(expect === undefined ? {} : { expect }),
      ...(transfer === undefined ? {} : { transfer }),
      ...(upload === undefined ? {} : { upload }),
      ...(home === undefined ? {} : { home }),
      ...(note === undefined ? {} : { note }),
    },
    ...rest,
  };
}
