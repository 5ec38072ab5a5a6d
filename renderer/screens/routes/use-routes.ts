import type { Answer, Bridge } from '../../../model/contract.ts';
import type { RoutesView } from '../../../model/route-view.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';

const selectRoutes = (state: AppState) => state.routes;
const selectSet = (state: AppState) => state.setRoutes;
const selectSettle = (state: AppState) => state.settle;
const selectBridge = (state: AppState) => state.bridge;

interface Routes {
  readonly view: RoutesView;
  readonly bridge: Bridge;
  /** Takes the list a call answers with; false where the call was refused, which has then been said. */
  readonly take: (answer: Promise<Answer<RoutesView>>) => Promise<boolean>;
}

export function useRoutes(): Routes {
  const view = useApp(selectRoutes);
  const bridge = useApp(selectBridge);
  const setRoutes = useApp(selectSet);
  const settle = useApp(selectSettle);
  const take = async (answer: Promise<Answer<RoutesView>>) => {
    const routes = await settle(answer);
    if (routes) setRoutes(routes);
    return routes !== undefined;
  };
  return { view, bridge, take };
}
