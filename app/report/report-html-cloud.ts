import type { RunReport } from '../../model/report.ts';
import { sayCollateral, sayOnCloud } from '../words/say.ts';
import { problemVerdicts, sayRangesAge } from '../words/say-report.ts';
import type { PageKey, Speaker } from '../words/speaker.ts';
import {
  type CloudHost,
  cloudStates,
  countRegions,
  distinct,
  gatherCloudHosts,
  operatorName,
  regionsOf,
} from './cloud-hosts.ts';
import { foreign, html, type Markup } from './html-markup.ts';
import { problemAnchor } from './report-html-matrix.ts';

/** Rows of one table, and things in one cell: a page has to open on a phone. The other forms of a report hold all. */
const limits = { rows: 1000, cell: 8 };

/** Hosts on Amazon: the list and its age, region by region, host by host with the evidence, and neighbours that were probed. */
export function writeAws(report: RunReport, speaker: Speaker): readonly Markup[] {
  const hosts = gatherCloudHosts(report).filter(({ operator }) => operator === 'aws');
  const neighbours = writeNeighbours(report, speaker);
  if (hosts.length === 0) return neighbours;
  const isPlaced = hosts.some((host) => regionsOf(host).length > 0);
  const byOperator = isPlaced ? [] : [html`<p>${speaker.say('aws-by-operator')}</p>\n`];
  return [
    html`<p class="quiet">${sayRangesAge(report, speaker)}</p>\n`,
    ...byOperator,
    ...(isPlaced ? writeRegions(hosts, speaker) : []),
    writeHosts(report, hosts, 'heading-aws', speaker),
    ...neighbours,
  ];
}

/** Hosts on other clouds, which are known by their AS alone. */
export function writeOtherClouds(report: RunReport, speaker: Speaker): readonly Markup[] {
  const hosts = gatherCloudHosts(report).filter(({ operator }) => operator !== 'aws');
  return hosts.length === 0 ? [] : [writeHosts(report, hosts, 'heading-clouds', speaker)];
}

function writeTable(label: PageKey, heads: readonly Markup[], rows: readonly Markup[], speaker: Speaker): Markup {
  const shown = rows.slice(0, limits.rows);
  const left = rows.length - shown.length;
  const note = left === 0 ? html`` : html`<p>${speaker.say('hosts-left-out', { count: left })}</p>\n`;
  return html`<section class="scroll" tabindex="0" aria-label="${speaker.say(label)}">
<table><thead><tr>${heads}</tr></thead><tbody>
${shown}</tbody></table></section>
${note}`;
}

function head(key: PageKey, speaker: Speaker): Markup {
  return html`<th scope="col">${speaker.say(key)}</th>`;
}

/** How many hosts of each region do how. */
function writeRegions(hosts: readonly CloudHost[], speaker: Speaker): readonly Markup[] {
  const regions = countRegions(hosts);
  const states = cloudStates.filter((state) => regions.some(({ counts }) => counts.get(state)));
  const heads = [
    head('column-region', speaker),
    head('column-hosts', speaker),
    ...states.map((state) => head(`grid-${state}`, speaker)),
  ];
  const rows = regions.map(({ region, hosts: all, counts }) => {
    const cells = states.map((state) => {
      const count = counts.get(state) ?? 0;
      return html`<td>${count === 0 ? '' : speaker.number(count)}</td>`;
    });
    return html`<tr><th scope="row">${writeRegion(region, speaker)}</th><td>${speaker.number(all)}</td>${cells}</tr>\n`;
  });
  return [html`<h3>${speaker.say('heading-regions')}</h3>\n`, writeTable('heading-regions', heads, rows, speaker)];
}

function writeRegion(region: string, speaker: Speaker): Markup {
  if (region === '') return html`${speaker.say('region-unknown')}`;
  return region === 'anycast' ? html`${speaker.say('region-anycast')}` : foreign(region);
}

/** A column that says nothing anywhere is left out. */
function writeHosts(report: RunReport, hosts: readonly CloudHost[], label: PageKey, speaker: Speaker): Markup {
  const anchors = new Map(problemVerdicts(report).map(({ targetId }, index) => [targetId, problemAnchor(index)]));
  const columns = (
    [
      ['column-operator', hosts.some(({ operator }) => operator !== 'aws'), writeOperator],
      ['column-region', hosts.some((host) => regionsOf(host).length > 0), writeRegionsOf],
      ['column-service', hosts.some(({ findings }) => findings.some(({ service }) => service)), writeServices],
      ['column-prefix', true, writePlaces],
      ['column-2018', hosts.some(({ findings }) => findings.some(({ list2018 }) => list2018)), write2018],
      ['column-verdict', true, writeVerdict],
      ['column-collateral', true, writeCollateral],
    ] as const
  ).filter(([, isShown]) => isShown);
  const heads = [head('column-target', speaker), ...columns.map(([key]) => head(key, speaker))];
  const rows = hosts.map((host) => {
    const name = writeName(host, anchors.get(host.target?.id ?? ''));
    const cells = columns.map(([, , write]) => html`<td>${write(host, speaker)}</td>`);
    return html`<tr><th scope="row">${name}</th>${cells}</tr>\n`;
  });
  return writeTable(label, heads, rows, speaker);
}

function writeName({ target, host }: CloudHost, anchor: string | undefined): Markup {
  const name = target?.name ?? host;
  const title = anchor === undefined ? foreign(name) : html`<a href="#${anchor}">${foreign(name)}</a>`;
  return name === host ? title : html`${title}<br><span class="quiet">${foreign(host)}</span>`;
}

function writeOperator({ operator, findings }: CloudHost, speaker: Speaker): Markup {
  const numbers = distinct(findings.map(({ asn }) => (asn === undefined ? undefined : `AS${asn}`)));
  return html`<bdi>${[operatorName(operator), ...numbers.slice(0, limits.cell)].join(' ')}</bdi>${writeMore(numbers, speaker)}`;
}

function writeRegionsOf(host: CloudHost, speaker: Speaker): Markup {
  const regions = regionsOf(host);
  return html`${joinLines(regions.map((region) => writeRegion(region, speaker)))}${writeMore(regions, speaker)}`;
}

function writeServices({ findings }: CloudHost, speaker: Speaker): Markup {
  const services = distinct(findings.map(({ service }) => service));
  return html`${joinLines(services.map(foreign))}${writeMore(services, speaker)}`;
}

function writePlaces({ findings }: CloudHost, speaker: Speaker): Markup {
  const places = distinct(findings.map(({ prefix, address }) => prefix ?? address));
  return html`${joinLines(places.map(foreign))}${writeMore(places, speaker)}`;
}

function write2018({ findings }: CloudHost, speaker: Speaker): Markup {
  return html`${findings.some(({ list2018 }) => list2018) ? speaker.say('blocked-2018') : ''}`;
}

function writeVerdict({ verdict }: CloudHost, speaker: Speaker): Markup {
  return html`${verdict === undefined ? speaker.say('grid-open') : speaker.word('verdicts', verdict)}`;
}

/** The band, and on opening what it rests on, why it is no surer, and what else may be the cause. */
function writeCollateral(host: CloudHost, speaker: Speaker): Markup {
  const { scored, state, findings, operator } = host;
  if (scored === undefined) {
    return html`${state === 'works' ? sayOnCloud(operatorName(operator), regionsOf(host), speaker) : ''}`;
  }
  const { evidence, otherwise } = scored.collateral;
  const said = evidence.slice(0, 16).map((key) => html`<li>${speaker.word('collateral', key)}</li>`);
  const where = findings.length > 1 ? html`<p>${foreign(scored.address)}</p>` : html``;
  const other = speaker.say('otherwise', { what: speaker.word('collateral', otherwise) });
  return html`<details><summary>${sayCollateral(scored, speaker)}</summary>${where}<ul>${said}</ul><p>${other}</p></details>`;
}

function joinLines(items: readonly Markup[]): readonly Markup[] {
  return items.slice(0, limits.cell).map((item, index) => (index === 0 ? item : html`<br>${item}`));
}

function writeMore(all: readonly unknown[], speaker: Speaker): Markup {
  const left = all.length - limits.cell;
  return left > 0 ? html`<br>${speaker.say('and-more', { count: left })}` : html``;
}

const neighbourColumns = [
  'column-address',
  'column-prefix',
  'column-source',
  'column-here',
  'column-control',
  'column-ms',
] as const satisfies readonly PageKey[];

/** Hosts that nobody asked for, probed beside those that failed; the deep profile alone has them. */
function writeNeighbours({ siblings = [] }: RunReport, speaker: Speaker): readonly Markup[] {
  if (siblings.length === 0) return [];
  const rows = siblings.map(({ address, host, prefix, source, here, control, ms }) => {
    const name = host === undefined ? html`` : html`<br><span class="quiet">${foreign(host)}</span>`;
    const over = speaker.say(`neighbour-${control}`);
    return html`<tr><th scope="row">${foreign(address)}${name}</th><td>${foreign(prefix)}</td><td>${speaker.say(`source-${source}`)}</td><td class="${here}">${speaker.say(`neighbour-${here}`)}</td><td>${over}</td><td>${ms === undefined ? '' : speaker.number(Math.round(ms))}</td></tr>\n`;
  });
  const heads = neighbourColumns.map((key) => head(key, speaker));
  return [
    html`<h3>${speaker.say('heading-neighbours')}</h3>\n`,
    writeTable('heading-neighbours', heads, rows, speaker),
  ];
}
