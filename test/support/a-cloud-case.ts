import { addCollateral } from '../../engine/collateral/add-collateral.ts';
import type { JudgedHost } from '../../engine/collateral/read-host.ts';
import { judgeTarget } from '../../engine/judge/judge-target.ts';
import type { CloudFinding } from '../../model/cloud.ts';
import type { Environment } from '../../model/environment.ts';
import {
  type AControl,
  aCase,
  aRoute,
  aTarget,
  calmEnvironment,
  connected,
  failure,
  look,
  name,
  page,
  type Ran,
  shook,
  told,
} from './a-case.ts';

export const silent = failure('connect', 'timeout');
export const cut = failure('tls', 'reset');
const prefix = '52.58.0.0/15';
/** Addresses of the host looked at and of its neighbours, each a site of its own. */
export const mine = '52.58.0.1';
export const neighbours = ['52.58.1.1', '52.58.2.1', '52.58.3.1'];

export const dropped = (address: string): Ran => ({
  failure: silent,
  seen: [told([address]), connected(address, silent)],
});
export const answering = (address: string): Ran => ({
  seen: [told([address]), connected(address), shook(address), page()],
});
export const cutByName = (address: string, other?: 'passes' | 'cut'): Ran => {
  const neutral = shook(address, other === 'cut' ? { failure: cut } : { serverName: 'example.com' });
  return {
    failure: cut,
    seen: [
      told([address]),
      connected(address),
      shook(address, { failure: cut }),
      ...(other ? look('neutral-sni', neutral) : []),
    ],
  };
};
export const frozen = (address: string): Ran => {
  const stall = failure('http', 'stall');
  const halted = { ...page({ failure: stall, status: 200, received: 16_384 }), address };
  return {
    failure: stall,
    seen: [told([address]), connected(address), shook(address), { ...halted, try: 1 }, { ...halted, try: 2 }],
  };
};
export const refused = (address: string): Ran => {
  const forbidden = failure('http', 'http-status', { code: '403' });
  return {
    failure: forbidden,
    state: 'impaired',
    seen: [told([address]), connected(address), shook(address), page({ status: 403, failure: forbidden })],
  };
};

interface Told {
  readonly current: Ran;
  readonly controls?: readonly AControl[];
  readonly baselineOk?: boolean;
  /** It lives on no cloud. */
  readonly elsewhere?: boolean;
}

/** Judges hosts by the real rules, and scores what they show; the first is the one asked about. */
export async function score(
  hosts: readonly (Told & { readonly address: string })[],
  environment: Partial<Environment> = {},
  change: Partial<CloudFinding> = {},
) {
  const judged = hosts.map(({ address: _, elsewhere: _elsewhere, ...situation }, at): JudgedHost => {
    const id = `host-${at}`;
    const input = aCase({ ...situation, environment });
    const host = at === 0 ? name : `www.neighbour-${at}.example`;
    const verdict = { ...judgeTarget(input), targetId: id };
    return { target: { ...aTarget(), id, host, url: `https://${host}/` }, results: input.results, verdict };
  });
  const findings = hosts.flatMap(({ address, elsewhere = false }, at): readonly CloudFinding[] => {
    const host = judged[at]?.target.host ?? '';
    const finding = { targetId: `host-${at}`, host, address, operator: 'aws', prefix, list2018: false, ...change };
    return elsewhere ? [] : [finding];
  });
  const routes = [aRoute('direct', 'direct', hosts[0]?.baselineOk ?? true), aRoute('abroad', 'socks5h')];
  const scored = await addCollateral(findings, judged, { routes, environment: { ...calmEnvironment, ...environment } });
  return { collateral: scored[0]?.collateral, scored, findings, verdict: judged[0]?.verdict };
}

type Show = (address: string) => Ran;
export const all = (show: Show, own: Told = { current: show(mine) }) => [
  { address: mine, ...own },
  ...neighbours.map((address) => ({ address, current: show(address) })),
];
