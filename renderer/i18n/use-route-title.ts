import { useTranslation } from 'react-i18next';
import type { Environment } from '../../model/environment.ts';
import type { RouteSummary } from '../../model/route.ts';

/** What a route is called. With a tunnel up the current connection is not "direct", and is never called so. */
export function useRouteTitle(
  environment: Environment | null,
): (route: Pick<RouteSummary, 'id' | 'kind' | 'label'>) => string {
  const { t } = useTranslation();
  return ({ id, kind, label }) => {
    // The engine's own label of the current connection is English; a person's word for a route is kept.
    const own = label === 'Current connection' || label === '';
    const name = kind === 'direct' && own ? t('common.directRoute') : label || id;
    if (kind !== 'direct' || !environment?.tunnel.up) return name;
    return t('common.viaTunnel', { label: name, name: environment.tunnel.interface ?? t('common.aTunnel') });
  };
}
