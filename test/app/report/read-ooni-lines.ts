import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';

const formats = addFormats as unknown as (ajv: Ajv2020) => void;
// Not strict about types: a nullable or optional part is described in two places.
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
formats(ajv);

const schema: { readonly $defs: { readonly failure: object } } = JSON.parse(
  readFileSync(new URL('ooni-measurement.schema.json', import.meta.url), 'utf8'),
);

export const isMeasurement = ajv.compile<OoniMeasurement>(schema);
export const isOoniFailure = ajv.compile({ $defs: schema.$defs, ...schema.$defs.failure });

type Entry = Record<string, unknown> & { readonly t0: number; readonly t: number; readonly failure: string | null };
export interface OoniMeasurement {
  readonly input: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly measurement_start_time: string;
  readonly test_runtime: number;
  readonly test_keys: Readonly<Record<string, unknown>> & {
    readonly queries: readonly Entry[];
    readonly tcp_connect: readonly Entry[];
    readonly tls_handshakes: readonly Entry[];
    readonly requests: readonly Entry[];
    readonly network_events: readonly Entry[];
    readonly x_steps: readonly { readonly id: string; readonly step: string }[];
  };
}

/** Every line, each of which has to be a document that the schema takes. */
export function readOoniLines(text: string): OoniMeasurement[] {
  expect(text === '' || text.endsWith('\n')).toBe(true);
  // As the strictest reader of lines would split them.
  const lines = text.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/).slice(0, -1);
  return lines.map((line) => {
    const value: unknown = JSON.parse(line);
    if (!isMeasurement(value)) throw new Error(`${JSON.stringify(isMeasurement.errors, null, 1)}\n${line}`);
    return value;
  });
}

export const entriesOf = ({ test_keys: keys }: OoniMeasurement): Entry[] => [
  ...keys.queries,
  ...keys.tcp_connect,
  ...keys.tls_handshakes,
  ...keys.requests,
  ...keys.network_events,
];
