import { Button } from '../../components/button.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';

const selectState = (state: AppState) => state;

/** What is sent, who can see it, and consent. */
export function FirstRun() {
  const { bridge, settle, setSettings } = useApp(selectState);
  const agree = async () => {
    const settings = await settle(bridge.giveConsent());
    if (settings) setSettings(settings);
  };
  return <Button onClick={agree}>OK</Button>;
}
