/** Why the host asked about fails, as the practice network was told to make it fail. */
export const causes = ['down', 'geo', 'hostname', 'address', 'network', 'part', 'local'] as const;
export type Cause = (typeof causes)[number];

/** How it fails; what each means for a cause is in `build-world.ts`. */
type Form =
  | 'silent'
  | 'refused'
  | 'hello-reset'
  | 'hello-silence'
  | 'every-name'
  | 'freeze'
  | 'http'
  | 'unreachable'
  | 'portal'
  | 'ipv6'
  | 'firewall';

/** What else is so in that world. */
type Circumstance =
  | 'plain'
  | 'tunnel'
  | 'bypass-tool'
  /** The first connection to one neighbour is lost. */
  | 'flaky-sibling'
  | 'dead-sibling'
  /** One neighbour is cut by its name. */
  | 'filtered-sibling'
  | 'dead-control'
  /** The control is turned away by the very host. */
  | 'picky-control'
  /** The host has an address elsewhere too, which the provider's resolver does not tell. */
  | 'two-addresses'
  /** Host and neighbours belong to one site, so they are no witnesses for each other. */
  | 'one-site'
  /** The neighbours live at the host's own address. */
  | 'one-address'
  /** Nothing is known of prefixes, only whose addresses they are. */
  | 'as-only';

export interface CaseSpec {
  readonly id: string;
  readonly cause: Cause;
  readonly form: Form;
  readonly control: boolean;
  /** Neighbours in the prefix that meet the same fate. */
  readonly failing: number;
  /** Neighbours in the prefix that are left alone. */
  readonly answering: number;
  readonly circumstance: Circumstance;
  readonly seed: number;
}

const formsOf: Readonly<Record<Cause, readonly Form[]>> = {
  down: ['silent', 'refused', 'http'],
  geo: ['http', 'silent'],
  hostname: ['hello-reset', 'hello-silence', 'http', 'every-name'],
  address: ['silent', 'refused', 'freeze'],
  network: ['silent', 'refused', 'hello-reset', 'freeze'],
  part: ['silent', 'refused', 'freeze'],
  local: ['silent', 'unreachable', 'portal', 'ipv6', 'firewall'],
};

const anywhere: readonly Circumstance[] = ['tunnel', 'bypass-tool', 'one-site', 'as-only', 'two-addresses'];
const circumstancesOf: Readonly<Record<Cause, readonly Circumstance[]>> = {
  down: [...anywhere, 'flaky-sibling', 'dead-sibling', 'filtered-sibling', 'dead-control'],
  geo: [...anywhere, 'flaky-sibling', 'dead-sibling', 'filtered-sibling', 'dead-control'],
  hostname: [...anywhere, 'flaky-sibling', 'dead-sibling', 'filtered-sibling', 'dead-control', 'picky-control'],
  address: [
    ...anywhere,
    'one-address',
    'flaky-sibling',
    'dead-sibling',
    'filtered-sibling',
    'dead-control',
    'picky-control',
  ],
  network: [...anywhere, 'one-address', 'dead-sibling', 'dead-control', 'picky-control'],
  part: [...anywhere, 'flaky-sibling', 'dead-sibling', 'dead-control', 'picky-control'],
  local: ['tunnel', 'bypass-tool', 'one-site', 'as-only', 'dead-sibling', 'picky-control'],
};

const mostSiblings = 4;

type Fate = Omit<CaseSpec, 'id' | 'seed'>;

/**
 * Every cause in each of its forms, with and without a control, with none to four neighbours; then each cause with each
 * circumstance, in two forms; then coincidences. Always the same cases.
 */
export function createCases(): readonly CaseSpec[] {
  const fates = [...causes.flatMap((cause) => [...plainCases(cause), ...specialCases(cause)]), ...coincidences()];
  return fates.map((fate, at) => ({ ...fate, id: nameCase(fate), seed: at + 1 }));
}

function plainCases(cause: Cause): readonly Fate[] {
  const counts = Array.from({ length: mostSiblings + 1 }, (_, count) => count);
  return formsOf[cause].flatMap((form) =>
    [true, false].flatMap((control) =>
      counts.map((count): Fate => ({ cause, form, control, ...share(cause, form, count), circumstance: 'plain' })),
    ),
  );
}

function specialCases(cause: Cause): readonly Fate[] {
  return circumstancesOf[cause].flatMap((circumstance) =>
    formsOf[cause].slice(0, 2).map((form): Fate => {
      const counts = circumstance === 'one-address' ? { failing: 3, answering: 0 } : share(cause, form, 3);
      return { cause, form, control: true, ...counts, circumstance };
    }),
  );
}

/**
 * Part of a prefix where nobody is tested in the rest of it, or as many there as here; neighbours that happen to be down too,
 * or dropped one by one.
 */
function coincidences(): readonly Fate[] {
  const rows: readonly (readonly [Cause, boolean, number, number])[] = [
    ['part', true, 2, 0],
    ['part', true, 3, 0],
    ['part', true, 2, 2],
    ['down', true, 2, 0],
    ['down', true, 3, 1],
    ['down', false, 2, 0],
    ['down', false, 3, 1],
    ['address', true, 1, 2],
    ['address', true, 2, 2],
    ['address', false, 2, 2],
  ];
  return rows.map(([cause, control, failing, answering]) => {
    return { cause, form: 'silent', control, failing, answering, circumstance: 'plain' };
  });
}

function share(cause: Cause, form: Form, siblings: number): Pick<CaseSpec, 'failing' | 'answering'> {
  if (cause === 'network' || cause === 'local' || form === 'every-name') return { failing: siblings, answering: 0 };
  // In a part at least one neighbour, where there is one, lies in the rest.
  if (cause === 'part' && siblings > 0) return { failing: siblings - 1, answering: 1 };
  return { failing: 0, answering: siblings };
}

function nameCase({ cause, form, control, failing, answering, circumstance }: Fate): string {
  return `${cause} ${form} ${control ? 'control' : 'no-control'} ${failing}+${answering} ${circumstance}`;
}
