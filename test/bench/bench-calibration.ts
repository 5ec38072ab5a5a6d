import { readFileSync, writeFileSync } from 'node:fs';
import { createCases } from '../calibration/create-cases.ts';
import { drawReliability } from '../calibration/draw-reliability.ts';
import { playCases } from '../calibration/play-case.ts';
import { forecastsOf, hasEnough, isElse, joinCases } from '../calibration/read-calibration.ts';
import { brierScore } from '../calibration/statistics.ts';
import { binsOf, replaceChapter, writeChapter, writeHosts } from '../calibration/write-chapter.ts';
import type { BenchResult } from './bench-result.ts';

const casesAtOnce = 12;
const docs = (file: string) => new URL(`../../docs/${file}`, import.meta.url);

/** Plays every labelled case and writes what the engine said of it into docs/collateral.md and the files beside it. */
export async function benchCalibration(): Promise<readonly BenchResult[]> {
  const startedAt = performance.now();
  const specs = createCases();
  const hosts = await playCases(specs, casesAtOnce);
  const seconds = (performance.now() - startedAt) / 1000;
  const cases = joinCases(specs, hosts);
  writeFileSync(docs('collateral-cases.csv'), writeHosts(hosts));
  writeFileSync(docs('collateral-reliability.svg'), drawReliability(binsOf(cases, 'any-part'), binsOf(cases, 'whole')));
  const page = readFileSync(docs('collateral.md'), 'utf8');
  writeFileSync(docs('collateral.md'), replaceChapter(page, writeChapter(cases)));
  const accused = hosts.filter((host) => isElse(host) && host.band === 'likely');
  const enough = cases.filter(({ spec }) => spec.cause === 'network' && hasEnough(spec));
  const missed = enough.filter(({ subject }) => subject.band !== 'likely');
  return [
    { name: 'labelled cases played', value: cases.length, unit: '', limit: 200, atLeast: true },
    { name: 'playing them', value: seconds, unit: 's', limit: 180 },
    { name: 'hosts called likely though no range is blocked', value: accused.length, unit: '', limit: 0 },
    { name: 'blocked prefixes with enough evidence, not likely', value: missed.length, unit: '', limit: 0 },
    { name: 'Brier score, whole or part', value: brierScore(forecastsOf(cases, 'any-part')), unit: '', limit: 0.15 },
  ];
}
