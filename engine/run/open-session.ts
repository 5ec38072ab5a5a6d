import type { MtproxyRoute, Route } from '../../model/route.ts';
import { createClockSkew } from '../job/clock-skew.ts';
import type { Mtproxy, OpenRoute, Session } from '../job/session.ts';
import { readSecret } from '../mtproxy/parse-secret.ts';
import { createDialer } from '../route/create-dialer.ts';
import { createProxyConnector } from '../route/reach-proxy.ts';
import type { Dialer } from '../step.ts';
import { createDohClient } from '../steps/resolve-doh.ts';
import { createLimiter } from './limiter.ts';
import type { RunDependencies, RunInput } from './run-input.ts';

const perAddress = 2;
const perPrefix = 2;

export function openSession(input: RunInput, dependencies: RunDependencies): Session {
  const open = (route: Route): OpenRoute => {
    const mtproxy = route.kind === 'mtproxy' ? openMtproxy(route) : undefined;
    const dialer = mtproxy ? noDialer : createDialer(route);
    return { route, dialer, doh: createDohClient({ server: input.doh, dialer }), ...(mtproxy ? { mtproxy } : {}) };
  };
  const [first, ...rest] = input.routes;
  const routes = [open(first), ...rest.map(open)] as const;
  let observations = 0;
  return {
    input,
    dependencies,
    routes,
    own: routes[0].mtproxy ? (routes.find(({ route }) => route.kind === 'direct') ?? open(plainConnection)) : routes[0],
    clockSkew: createClockSkew(dependencies.clock),
    limiter: createLimiter((key) => {
      // Second looks mostly wait for silence, and must not keep second tries waiting.
      if (key === 'job' || key === 'look') return input.concurrency;
      return key.startsWith('address ') ? perAddress : perPrefix;
    }),
    startedAt: dependencies.clock.now(),
    nextObservationId() {
      observations += 1;
      return `o${observations}`;
    },
  };
}

const plainConnection: Route = { id: 'direct', kind: 'direct', label: 'Current connection' };

/** An MTProxy relays one protocol's packets, not a byte stream to a destination of our choice. */
const noDialer: Dialer = {
  remoteDns: true,
  dial() {
    throw new TypeError('mtproxy is not a byte-stream route');
  },
};

function openMtproxy(route: MtproxyRoute): Mtproxy {
  let answer: Promise<boolean> | undefined;
  return {
    secret: readSecret(route.secret),
    connect: createProxyConnector(route.host, route.port),
    olderHelloPasses: (ask) => {
      answer ??= ask();
      return answer;
    },
  };
}
