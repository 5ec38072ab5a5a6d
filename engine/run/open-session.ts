import type { OpenRoute, Session } from '../job/session.ts';
import { createDialer } from '../route/create-dialer.ts';
import { createDohClient } from '../steps/resolve-doh.ts';
import { createLimiter } from './limiter.ts';
import type { RunDependencies, RunInput } from './run-input.ts';

const perAddress = 2;
const perPrefix = 2;

export function openSession(input: RunInput, dependencies: RunDependencies): Session {
  const open = (route: RunInput['routes'][number]): OpenRoute => {
    const dialer = createDialer(route);
    return { route, dialer, doh: createDohClient({ server: input.doh, dialer }) };
  };
  const [first, ...rest] = input.routes;
  let observations = 0;
  return {
    input,
    dependencies,
    routes: [open(first), ...rest.map(open)],
    limiter: createLimiter((key) => {
      if (key === 'job') return input.concurrency;
      return key.startsWith('address ') ? perAddress : perPrefix;
    }),
    startedAt: dependencies.clock.now(),
    nextObservationId() {
      observations += 1;
      return `o${observations}`;
    },
  };
}
