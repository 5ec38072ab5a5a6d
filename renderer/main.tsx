import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { findBridge } from './bridge/find-bridge.ts';
import { chooseLanguage, startI18n } from './i18n/start-i18n.ts';
import { App } from './shell/app.tsx';
import { NoHost } from './shell/no-host.tsx';
import { createAppStore, readOpening } from './store/app-store.ts';
import { StoreProvider } from './store/store-context.tsx';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';

async function start(element: HTMLElement): Promise<void> {
  const root = createRoot(element);
  const bridge = await findBridge();
  const opening = await readOpening(bridge);
  if (!opening.ok) {
    await startI18n(chooseLanguage('system', navigator.language));
    root.render(<NoHost problems={opening.problems} />);
    return;
  }
  const { host, settings } = opening.value;
  await startI18n(chooseLanguage(settings.language, host.language));
  const { store } = createAppStore(bridge, opening.value);
  root.render(
    <StrictMode>
      <StoreProvider value={store}>
        <App />
      </StoreProvider>
    </StrictMode>,
  );
}

const element = document.getElementById('root');
if (element) void start(element);
