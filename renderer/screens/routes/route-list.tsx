import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { moveId } from './move-id.ts';
import { RouteItem } from './route-item.tsx';
import styles from './routes.module.css';
import { useRoutes } from './use-routes.ts';

/**
 * The routes in their order. Dragged by the grip, or moved with the arrow keys on it; each move by key is said to screen
 * readers. The current connection is what is judged, so it stays first.
 */
export function RouteList({ onEdit }: { readonly onEdit: (id: string) => void }) {
  const { t } = useTranslation();
  const { view, bridge, take } = useRoutes();
  const [dragged, setDragged] = useState<string>();
  const [over, setOver] = useState<string>();
  const [said, setSaid] = useState('');
  const ids = view.routes.map(({ id }) => id);
  const list = useRef<HTMLOListElement>(null);

  const order = async (next: readonly string[], id: string) => {
    if (next.every((item, index) => item === ids[index])) return;
    if (!(await take(bridge.orderRoutes({ ids: [...next] })))) return;
    const label = view.routes.find((route) => route.id === id)?.label ?? id;
    setSaid(t('routes.moved', { label, place: next.indexOf(id) + 1, count: next.length }));
    list.current?.querySelector<HTMLElement>(`[data-grip="${CSS.escape(id)}"]`)?.focus();
  };
  const drop = () => {
    if (dragged !== undefined && over !== undefined && dragged !== over) {
      void order(moveId(ids, dragged, ids.indexOf(over)), dragged);
    }
    setDragged(undefined);
    setOver(undefined);
  };
  return (
    <>
      <ol ref={list} className={styles.list} aria-label={t('routes.title')}>
        {view.routes.map((route, index) => (
          <RouteItem
            key={route.id}
            route={route}
            onEdit={onEdit}
            state={dragged === route.id ? 'dragged' : over === route.id && dragged !== undefined ? 'over' : 'still'}
            onMove={(by) => void order(moveId(ids, route.id, index + by), route.id)}
            onDragStart={() => setDragged(route.id)}
            onDragOver={() => setOver(index === 0 ? undefined : route.id)}
            onDrop={drop}
          />
        ))}
      </ol>
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
    </>
  );
}
