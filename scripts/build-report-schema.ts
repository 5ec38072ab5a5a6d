import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { reportSchema } from '../model/report.ts';

const file = join(import.meta.dirname, '..', 'docs', 'report.schema.json');

/** The JSON Schema (draft 2020-12) of `waylight.report/1`, as published. */
export function buildReportSchema(): string {
  const schema = z.toJSONSchema(reportSchema, { target: 'draft-2020-12', io: 'output' });
  const head = { $id: 'urn:waylight:report:1', title: 'waylight.report/1' };
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`;
}

/** What docs/ holds now. */
export function readPublishedSchema(): string {
  return readFileSync(file, 'utf8');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(file, buildReportSchema());
