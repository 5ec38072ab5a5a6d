import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Glyph } from '../../components/glyph.tsx';
import { Icon } from '../../components/icon.tsx';
import type { Tone } from '../../components/status.ts';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import type { MapCount, RouteCount } from './count-routes.ts';
import { type Box, layOutMap, type MapLink } from './lay-out-map.ts';
import styles from './map.module.css';
import { useRouteSentence } from './use-route-sentence.ts';
import { useWidth } from './use-width.ts';

interface MapPictureProps {
  readonly run: RunState;
  readonly count: MapCount;
  /** The route whose links stand out and whose counts the groups show. */
  readonly shown: string;
  readonly onChoose: (routeId: string) => void;
}

/** You, the interface or tunnel, the proxies and the services: links as thick as what gets through, broken ones broken. */
export function MapPicture({ run, count, shown, onChoose }: MapPictureProps) {
  const { t } = useTranslation();
  const { element, size } = useWidth<HTMLDivElement>();
  const { routes, environment } = run;
  const { say, nameGroup } = useRouteSentence(environment);
  const title = useRouteTitle(environment);
  const here = environment?.tunnel.up ? (environment.tunnel.interface ?? t('common.aTunnel')) : t('map.thisNetwork');
  const layout = useMemo(() => {
    const wayOf = new Map(
      routes.map(({ id, kind, endpoint }) => [id, kind === 'interface' ? (endpoint ?? here) : here]),
    );
    return size && layOutMap({ count, wayOf }, size);
  }, [count, routes, here, size]);
  const own = count.routes.find(({ id }) => id === shown);
  return (
    <div ref={element} className={styles.map} style={{ blockSize: layout?.height ?? 0 }}>
      {layout && size && (
        <>
          <svg
            className={styles.links}
            viewBox={`0 0 ${size.width} ${layout.height}`}
            width={size.width}
            height={layout.height}
            aria-hidden="true"
          >
            {inDrawingOrder(layout.links, shown).map((link) => (
              <LinkPath key={link.key} link={link} rem={size.rem} lit={count.lit} shown={shown} />
            ))}
          </svg>
          <div className={`${styles.box} ${styles.you}`} style={place(layout.you)}>
            {t('map.you')}
          </div>
          {layout.ways.map((way) => (
            <div key={way.id} className={styles.box} style={place(way)}>
              <span className={styles.kind}>{t(environment?.tunnel.up ? 'map.tunnel' : 'map.network')}</span>
              <span className={styles.label} title={way.id}>
                <bdi>{way.id}</bdi>
              </span>
            </div>
          ))}
          {layout.routes.map((box, index) => {
            const route = routes[index];
            const counted = count.routes[index];
            return route && counted ? (
              <button
                key={box.id}
                type="button"
                className={`${styles.box} ${styles.route}`}
                style={place(box)}
                aria-pressed={box.id === shown}
                data-lit={box.id === count.lit || undefined}
                onClick={() => onChoose(box.id)}
                onFocus={() => onChoose(box.id)}
              >
                <RouteLabel name={title(route)} count={counted} />
                <span className="visually-hidden">{say(route, count)}</span>
              </button>
            ) : null;
          })}
          {layout.groups.map((box, index) => (
            <div key={box.id} className={styles.group} style={place(box)}>
              <span className={styles.label} title={nameGroup(box.id)}>
                <bdi>{nameGroup(box.id)}</bdi>
              </span>
              <GroupCount route={own} index={index} />
            </div>
          ))}
        </>
      )}
    </div>
  );
}

function place({ x, y, width, height }: Box) {
  return { insetInlineStart: x, top: y, inlineSize: width, blockSize: height };
}

/** The chosen route's links come last, so that they lie on top. */
function inDrawingOrder(links: readonly MapLink[], shown: string): readonly MapLink[] {
  return links.toSorted((a, b) => Number(a.routeIds.includes(shown)) - Number(b.routeIds.includes(shown)));
}

interface LinkPathProps {
  readonly link: MapLink;
  readonly rem: number;
  readonly lit: string | undefined;
  readonly shown: string;
}

function LinkPath({ link, rem, lit, shown }: LinkPathProps) {
  const isLit = lit !== undefined && link.routeIds.includes(lit) && link.state === 'open';
  const arm = 0.3125 * rem;
  return (
    <g
      className={styles.link}
      data-state={link.state}
      data-lit={isLit || undefined}
      data-shown={link.routeIds.includes(shown) || undefined}
    >
      {link.paths.map((path) => (
        <path key={path} d={path} fill="none" strokeWidth={link.width} />
      ))}
      {link.cross && (
        <path
          className={styles.cross}
          d={`M${-arm},${-arm}L${arm},${arm}M${arm},${-arm}L${-arm},${arm}`}
          transform={`translate(${link.cross.join(',')})`}
          strokeWidth={0.125 * rem}
        />
      )}
    </g>
  );
}

function RouteLabel({ name, count }: { readonly name: string; readonly count: RouteCount }) {
  const { t } = useTranslation();
  const { number } = useWords();
  const { ok, tried, notCarried, total, dead } = count;
  const carried = total - notCarried;
  return (
    <>
      <span className={styles.label} title={name} aria-hidden="true">
        <bdi>{name}</bdi>
      </span>
      <span className={styles.kind} aria-hidden="true">
        {dead && <Icon name="warning" />}
        {dead && t('map.deadShort')}
        {!dead && tried === 0 && t('map.waitingShort')}
        {!dead && tried > 0 && t('map.ofTotal', { ok: number(ok), total: number(carried) })}
      </span>
    </>
  );
}

function GroupCount({ route, index }: { readonly route: RouteCount | undefined; readonly index: number }) {
  const { t } = useTranslation();
  const { number } = useWords();
  const own = route?.groups[index];
  if (!route || !own) return null;
  if (own.notCarried === own.total && own.total > 0) {
    return <span className={styles.kind}>{t('map.notCarried')}</span>;
  }
  const tone: Tone =
    route.dead || (own.ok === 0 && own.tried > 0)
      ? 'fail'
      : own.tried === 0
        ? 'idle'
        : own.ok < own.tried
          ? 'part'
          : 'ok';
  return (
    <span className={styles.kind}>
      <Glyph tone={tone} />
      {t('map.ofTotal', { ok: number(own.ok), total: number(own.total - own.notCarried) })}
    </span>
  );
}
