import { useTranslation } from 'react-i18next';
import type { Environment } from '../../../model/environment.ts';
import type { RouteSummary } from '../../../model/route.ts';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import { useWords } from '../../i18n/use-words.ts';
import { useGroupName } from '../check/use-group-name.ts';
import { type MapCount, otherGroups } from './count-routes.ts';

/** A route in a sentence or two: how much gets through, and what does not. */
export function useRouteSentence(environment: Environment | null): {
  readonly say: (route: RouteSummary, count: MapCount) => string;
  readonly nameGroup: (id: string) => string;
} {
  const { t } = useTranslation();
  const { list, failure } = useWords();
  const title = useRouteTitle(environment);
  const groupName = useGroupName();
  const nameGroup = (id: string) => (id === otherGroups ? t('map.otherGroups') : groupName(id));
  const say = (route: RouteSummary, count: MapCount) => {
    const name = title(route);
    const own = count.routes.find(({ id }) => id === route.id);
    if (!own) return name;
    if (own.dead) {
      return route.failure
        ? t('map.deadBecause', { route: name, failure: failure(route.failure) })
        : t('map.dead', { route: name });
    }
    const carried = own.total - own.notCarried;
    if (own.tried === 0) return t('map.waiting', { route: name });
    const parts = count.groups.map(({ id }, index) => ({ name: nameGroup(id), ...own.groups[index] }));
    const none = parts.filter(({ ok, tried = 0 }) => ok === 0 && tried > 0).map((part) => part.name);
    const some = parts
      .filter(({ ok = 0, tried = 0 }) => ok > 0 && ok < tried)
      .map((part) => t('map.partOf', { group: part.name, ok: part.ok ?? 0, total: part.tried ?? 0 }));
    return [
      t('map.carries', { route: name, ok: own.ok, count: carried }),
      own.notCarried > 0 ? t('map.telegramOnly') : '',
      some.length > 0 ? t('map.some', { groups: list(some) }) : '',
      none.length > 0 ? t('map.none', { groups: list(none) }) : '',
    ]
      .filter((part) => part !== '')
      .join(' ');
  };
  return { say, nameGroup };
}
