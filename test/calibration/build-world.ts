import { defineScenario, type Scenario, type ScenarioDeclaration, type SiteDeclaration } from '../../lab/scenario.ts';
import { baselineSites } from '../../lab/scenarios/baseline-sites.ts';
import { comparators } from '../../lab/scenarios/common-parts.ts';
import type { Route } from '../../model/route.ts';
import { createRandom } from '../bench/synthetic-ranges.ts';
import type { CaseSpec, Cause } from './create-cases.ts';
import type { Disturbance } from './disturb-network.ts';
import { type Places, placeHosts } from './place-hosts.ts';

export const subjectId = 'subject';
const subjectHost = 'www.subject.example';
/** The source address of a second way out, which none of the trouble here touches. */
export const phoneAddress = '10.64.0.2';

export interface World {
  readonly scenario: Scenario;
  readonly places: Places;
  readonly disturbance: Disturbance;
  /** Asked beside the scenario's proxies. */
  readonly routes: readonly Route[];
  /** Why each host fails that was made to fail, by the id of its target. */
  readonly labels: ReadonlyMap<string, Cause>;
}

interface Host {
  readonly id: string;
  readonly host: string;
  readonly address: string;
  /** Absent for a host that is left alone. */
  readonly cause?: Cause;
}

type IspDeclaration = ScenarioDeclaration['isp'];

/** Under each of its names a host of a site of its own, or of the subject's. */
function nameHosts(spec: CaseSpec, places: Places): readonly Host[] {
  const hostOf = (id: string) => (spec.circumstance === 'one-site' ? `${id}.subject.example` : `www.${id}.example`);
  const neighbours = [...places.failing, ...places.answering].map((address, at): Host => {
    const id = `sibling-${at + 1}`;
    const hit = at < places.failing.length;
    return { id, host: hostOf(id), address, ...(hit ? { cause: spec.cause } : {}) };
  });
  const subject = { id: subjectId, host: subjectHost, address: places.subject, cause: spec.cause };
  return [subject, ...spoilLast(spec, neighbours)];
}

/** The last neighbour is the one that has a trouble of its own; where packets pass, that is what it fails by. */
function spoilLast(spec: CaseSpec, neighbours: readonly Host[]): readonly Host[] {
  const cause = spec.circumstance === 'dead-sibling' ? 'down' : 'hostname';
  if (spec.circumstance !== 'dead-sibling' && spec.circumstance !== 'filtered-sibling') return neighbours;
  return neighbours.map((host, at) => (at === neighbours.length - 1 ? { ...host, cause } : host));
}

/** Says what the practice network shall do, and why each host then fails. */
export function buildWorld(spec: CaseSpec): World {
  const random = createRandom(spec.seed);
  const places = placeHosts(spec, random);
  const hosts = nameHosts(spec, places);
  const proxyKind = random() < 0.5 ? 'socks5h' : 'http';
  const hasPhone = spec.cause === 'local' && spec.control;
  const name = spec.circumstance === 'tunnel' ? 'utun4' : 'eth0';
  const scenario = defineScenario({
    id: 'calibration',
    name: spec.id,
    summary: spec.id,
    ...comparators,
    interfaces: [
      { name, address: '192.168.1.23', via: 'isp' },
      ...(spec.form === 'ipv6' ? [{ name, address: '2a02:6b8:0:40c::23', via: 'isp' as const }] : []),
      ...(hasPhone ? [{ name: 'usb0', address: phoneAddress, via: 'tunnel' as const }] : []),
      ...(hasPhone && spec.form === 'ipv6' ? [{ name: 'usb0', address: '2a02:e00::2', via: 'tunnel' as const }] : []),
    ],
    defaultInterface: name,
    isp: { ...whatIspDoes(spec, places, hosts), ...resolverOf(spec, places) },
    sites: [
      ...neutralSites(spec),
      ...hosts.flatMap((host) => declareSites(spec, host, places)),
      ...elsewhereSites,
      hotel,
    ],
    proxies:
      spec.control && !hasPhone
        ? [
            {
              id: 'abroad',
              label: 'A proxy abroad',
              kind: proxyKind,
              host: '203.0.113.10',
              address: '203.0.113.10',
              port: 1080,
              state: spec.circumstance === 'dead-control' ? 'refuses' : 'up',
            },
          ]
        : [],
  });
  return {
    scenario,
    places,
    disturbance: createDisturbance(spec, places, hosts),
    routes: hasPhone ? [{ id: 'phone', label: 'A phone', kind: 'interface', interface: 'usb0' }] : [],
    labels: new Map(hosts.flatMap(({ id, cause }) => (cause ? [[id, cause] as const] : []))),
  };
}

const neutralIds = ['cloudflare-204', 'google-204'];
function neutralSites(spec: CaseSpec): readonly SiteDeclaration[] {
  const sites = baselineSites.filter(({ target }) => neutralIds.includes(target?.id ?? ''));
  if (spec.form !== 'ipv6') return sites;
  return sites.map((site) => ({ ...site, addresses: [...site.addresses, '2a00:1450:4001:829::2004'] }));
}

/** On nobody's cloud, so that there is something else to compare with. */
const elsewhereSites: readonly SiteDeclaration[] = ['first', 'second'].map((id, at) => ({
  host: `www.elsewhere-${id}.example`,
  addresses: [`93.184.${at + 1}.7`],
  target: { id: `elsewhere-${id}`, name: id, group: 'work' },
}));

const hotel: SiteDeclaration = {
  host: 'login.hotel.example',
  addresses: ['10.0.0.1'],
  scheme: 'both',
  certificate: 'untrusted',
  strangers: 'redirect',
  answer: { kind: 'page', title: 'Welcome! Please sign in', kib: 4 },
};

function declareSites(spec: CaseSpec, { id, host, address, cause }: Host, places: Places): readonly SiteDeclaration[] {
  const isSubject = id === subjectId;
  const form = cause === spec.cause ? spec.form : 'silent';
  const turnsAway = cause === 'geo' && form === 'http' ? 'home' : undefined;
  const picky = isSubject && spec.circumstance === 'picky-control' ? 'abroad' : undefined;
  const refuses = turnsAway ?? picky;
  const site: SiteDeclaration = {
    host,
    addresses: [address],
    ...(cause === 'hostname' && form === 'http' ? { scheme: 'http' as const } : {}),
    ...(cause === 'down' ? { answer: downAs(form) } : {}),
    ...(refuses ? { turnsAway: refuses } : {}),
    target: { id, name: id, group: 'stores' },
  };
  if (!isSubject || spec.circumstance !== 'two-addresses') return [site];
  const { answer: _, target: __, ...alive } = site;
  // At its other address even a service that is down here answers.
  return [site, { ...alive, addresses: [places.elsewhere] }];
}

function downAs(form: CaseSpec['form']): SiteDeclaration['answer'] {
  if (form === 'http') return { kind: 'reply', status: 503 };
  return { kind: 'down', how: form === 'refused' ? 'refuses' : 'silent' };
}

/** A name that the engine holds to be nobody's enemy; cut only where every name is. */
const neutralName = 'example.com';

function whatIspDoes(spec: CaseSpec, places: Places, hosts: readonly Host[]): NonNullable<IspDeclaration> {
  const filtered = hosts.filter(({ cause, id }) => cause === 'hostname' && id !== subjectId).map(({ host }) => host);
  const tls = filtered.length > 0 ? [{ names: filtered, action: 'reset' as const }] : [];
  switch (spec.cause) {
    case 'hostname':
      if (spec.form === 'http') {
        return { tls, http: [{ names: [subjectHost], action: { kind: 'page', status: 403, body: 'Access denied.' } }] };
      }
      if (spec.form === 'every-name') {
        // All but the neutral sites, on the cloud and off it.
        const names = [...hosts, ...elsewhereSites].map(({ host }) => host);
        return { tls: [{ names: [...names, neutralName], action: 'reset' }] };
      }
      return { tls: [...tls, { names: [subjectHost], action: spec.form === 'hello-silence' ? 'silence' : 'reset' }] };
    case 'address':
      return {
        tls,
        ...block(
          spec,
          [places.subject, ...places.failing].map((address) => `${address}/32`),
        ),
      };
    case 'network':
      if (spec.form !== 'hello-reset') return { tls, ...block(spec, [places.prefix]) };
      return { tls: [{ names: [...hosts.map(({ host }) => host), neutralName], action: 'reset' }] };
    case 'part':
      return { tls, ...block(spec, [places.part]) };
    case 'local':
      return whatFailsHere(spec);
    default:
      return { tls };
  }
}

function block({ form }: CaseSpec, prefixes: string[]): NonNullable<IspDeclaration> {
  if (form === 'freeze') return { limits: [{ prefixes, freezeAfterKib: 16 }] };
  return { connect: [{ prefixes, action: form === 'refused' ? 'refuse' : 'drop' }] };
}

function whatFailsHere({ form }: CaseSpec): NonNullable<IspDeclaration> {
  switch (form) {
    case 'portal':
      return { portal: { address: '10.0.0.1' } };
    case 'ipv6':
      return { connect: [{ prefixes: ['::/0'], action: 'drop' }] };
    case 'firewall':
      return {};
    default:
      return { connect: [{ action: form === 'unreachable' ? 'unreachable' : 'drop' }] };
  }
}

function resolverOf({ circumstance }: CaseSpec, { subject }: Places): NonNullable<IspDeclaration> {
  if (circumstance !== 'two-addresses') return {};
  const action = { kind: 'addresses' as const, addresses: [subject] };
  return { dns: [{ names: [subjectHost], action, resolvers: 'own' }] };
}

function createDisturbance(spec: CaseSpec, places: Places, hosts: readonly Host[]): Disturbance {
  const own = new Set([places.subject, places.elsewhere]);
  const last = hosts.at(-1);
  const isCloud = (address: string) => hosts.some((host) => host.address === address) || address === places.elsewhere;
  return {
    silences: ({ address, port }, nth) => {
      if (spec.cause === 'geo' && spec.form === 'silent' && own.has(address)) return true;
      // It lets nothing through but the neutral sites, the resolvers and the proxy.
      if (spec.form === 'firewall') return isCloud(address) || address.startsWith('93.184.');
      return spec.circumstance === 'flaky-sibling' && address === last?.address && port === 443 && nth === 0;
    },
  };
}
