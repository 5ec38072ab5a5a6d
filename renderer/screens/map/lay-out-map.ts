import { scaleLinear } from 'd3-scale';
import { linkHorizontal } from 'd3-shape';
import type { Count, MapCount } from './count-routes.ts';
import { cutLink, type Point } from './cut-link.ts';

export interface MapSize {
  /** Pixels. */
  readonly width: number;
  /** Pixels of one rem, which the zoom setting changes. */
  readonly rem: number;
  /** Pixels of the window's height. */
  readonly room: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** `open` lets something through; `broken` let nothing of what was tried through; `waiting` was not tried yet. */
export type LinkState = 'open' | 'broken' | 'waiting';

export interface MapLink {
  readonly key: string;
  /** The routes that go along it. */
  readonly routeIds: readonly string[];
  readonly state: LinkState;
  readonly width: number;
  /** Path data; two pieces where it is broken. */
  readonly paths: readonly string[];
  /** Where the cross of a broken link lies. */
  readonly cross?: Point;
}

export interface MapLayout {
  readonly height: number;
  readonly you: Box;
  readonly ways: readonly (Box & { readonly id: string })[];
  readonly routes: readonly (Box & { readonly id: string })[];
  readonly groups: readonly (Box & { readonly id: string })[];
  readonly links: readonly MapLink[];
}

export interface MapInput {
  readonly count: MapCount;
  /** By route: the interface or tunnel it leaves this machine through. */
  readonly wayOf: ReadonlyMap<string, string>;
}

/** Shares of the width at which the four columns of boxes begin and end. */
const columns = { you: [0, 0.09], way: [0.145, 0.29], route: [0.36, 0.595], group: [0.77, 1] } as const;
/** Rem. */
const rowHeight = 4.25;
const groupHeight = 3.25;
const boxHeight = 3.5;
const widestTrunk = 1.5;
const thin = 0.125;
/** What stands above and below the picture. */
const around = 17;

const curve = linkHorizontal<{ source: Point; target: Point }, Point>();
const drawLink = (source: Point, target: Point) => curve({ source, target }) ?? '';

/** Places everything from the left, in pixels; in right-to-left languages the whole picture is mirrored. */
export function layOutMap({ count, wayOf }: MapInput, { width, rem, room }: MapSize): MapLayout {
  const rows = Math.max(count.routes.length * rowHeight, count.groups.length * groupHeight, 14);
  // A tall window is made use of, within reason.
  const height = Math.max(rows * rem, Math.min(room - around * rem, rows * rem * 1.5));
  const column = ([from, to]: readonly [number, number], place: number, of: number, tall = boxHeight): Box => {
    const boxTall = Math.min(tall * rem, (height / of) * 0.9);
    return {
      x: from * width,
      y: ((place + 0.5) / of) * height - boxTall / 2,
      width: (to - from) * width,
      height: boxTall,
    };
  };
  const wayIds = [...new Set(count.routes.map(({ id }) => wayOf.get(id) ?? ''))];
  const routes = count.routes.map(({ id }, index) => ({ id, ...column(columns.route, index, count.routes.length) }));
  const ways = wayIds.map((id, index) => ({ id, ...column(columns.way, index, wayIds.length) }));
  const groups = count.groups.map(({ id }, index) => ({
    id,
    ...column(columns.group, index, count.groups.length, 2.75),
  }));
  const you = column(columns.you, 0, 1);
  const thickness = chooseThickness(count, height, rem);
  return {
    height,
    you,
    ways,
    routes,
    groups,
    links: [
      ...wayLinks({ count, wayOf }, you, ways, thickness),
      ...trunkLinks({ count, wayOf }, ways, routes, thickness),
      ...count.routes.flatMap((route, index) => {
        const from = routes[index];
        return route.dead || !from ? [] : fanLinks(route, index, from, groups, { count, height, thickness });
      }),
    ],
  };
}

/** Pixels for a number of services: the busiest route and the busiest group both still fit. */
function chooseThickness(count: MapCount, height: number, rem: number): (services: number) => number {
  const busiestRoute = Math.max(1, ...count.routes.map(({ ok }) => ok));
  const busiestGroup = Math.max(
    1,
    ...count.groups.map((_, place) => count.routes.reduce((sum, { groups }) => sum + (groups[place]?.ok ?? 0), 0)),
  );
  const room = Math.min(
    widestTrunk * rem,
    ((height / Math.max(1, count.groups.length)) * 0.75 * busiestRoute) / busiestGroup,
  );
  const scale = scaleLinear().domain([0, busiestRoute]).range([0, room]);
  return (services) => Math.max(thin * rem, scale(services));
}

function stateOf({ ok, tried }: Pick<Count, 'ok' | 'tried'>): LinkState {
  if (ok > 0) return 'open';
  return tried > 0 ? 'broken' : 'waiting';
}

function leave({ x, y, width, height }: Box, offset = 0): Point {
  return [x + width, y + height / 2 + offset];
}

function arrive({ x, y, height }: Box, offset = 0): Point {
  return [x, y + height / 2 + offset];
}

function toLink(link: Omit<MapLink, 'paths' | 'cross'>, source: Point, target: Point, crossAt = 0.5): MapLink {
  if (link.state !== 'broken') return { ...link, paths: [drawLink(source, target)] };
  const { pieces, middle } = cutLink(source, target, crossAt);
  return { ...link, paths: pieces, cross: middle };
}

function wayLinks({ count, wayOf }: MapInput, you: Box, ways: MapLayout['ways'], thickness: (n: number) => number) {
  return ways.map((way) => {
    const members = count.routes.filter(({ id }) => (wayOf.get(id) ?? '') === way.id);
    const ok = Math.max(0, ...members.map((route) => route.ok));
    const tried = Math.max(0, ...members.map((route) => (route.dead ? 1 : route.tried)));
    const link = {
      key: `way ${way.id}`,
      routeIds: members.map(({ id }) => id),
      state: stateOf({ ok, tried }),
      width: thickness(ok),
    };
    return toLink(link, leave(you), arrive(way));
  });
}

function trunkLinks(
  { count, wayOf }: MapInput,
  ways: MapLayout['ways'],
  routes: MapLayout['routes'],
  thickness: (n: number) => number,
) {
  return count.routes.flatMap((route, index) => {
    const way = ways.find(({ id }) => id === (wayOf.get(route.id) ?? ''));
    const to = routes[index];
    if (!way || !to) return [];
    const state = route.dead ? ('broken' as const) : stateOf(route);
    const link = { key: `trunk ${route.id}`, routeIds: [route.id], state, width: thickness(route.dead ? 0 : route.ok) };
    return [toLink(link, leave(way), arrive(to))];
  });
}

interface FanRoom {
  readonly count: MapCount;
  readonly height: number;
  readonly thickness: (services: number) => number;
}

/** From one route to each group it can carry. Where they leave and arrive, links lie beside each other. */
function fanLinks(
  route: MapCount['routes'][number],
  place: number,
  from: Box,
  groups: MapLayout['groups'],
  { count, height, thickness }: FanRoom,
): MapLink[] {
  const carried = groups.flatMap((group, index) => {
    const own = route.groups[index];
    return own === undefined || own.notCarried === own.total ? [] : [{ group, own, index }];
  });
  const widths = carried.map(({ own }) => thickness(own.ok));
  const all = widths.reduce((sum, width) => sum + width, 0);
  const slot = ((height / Math.max(1, groups.length)) * 0.75) / count.routes.length;
  let used = 0;
  return carried.map(({ group, own, index }, nth) => {
    const width = widths[nth] ?? 0;
    const start = leave(from, used + width / 2 - all / 2);
    used += width;
    const end = arrive(group, (place - (count.routes.length - 1) / 2) * slot);
    const link = { key: `fan ${route.id} ${index}`, routeIds: [route.id], state: stateOf(own), width };
    return toLink(link, start, end, 0.8);
  });
}
