import { Screen } from '../../components/screen.tsx';

/** One target over every route, with everything that was observed. */
export function DetailScreen({ targetId }: { readonly runId: string; readonly targetId: string }) {
  return <Screen title={targetId}>{null}</Screen>;
}
