import { useState } from 'react';
import type { Answer, HandOver, SaveOutcome } from '../../../model/contract.ts';
import { copyText } from '../../components/copy-text.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import { offerDownload } from './offer-download.ts';

const selectSettle = (state: AppState) => state.settle;
const selectSay = (state: AppState) => state.say;

/** Saving and copying what the host makes, each said when it is done. `busy` is what is being made now. */
export function useHandOver<Name extends string>() {
  const settle = useApp(selectSettle);
  const say = useApp(selectSay);
  const [busy, setBusy] = useState<Name>();
  return {
    busy,
    save: async (name: Name, answer: Promise<Answer<SaveOutcome>>) => {
      setBusy(name);
      const saved = await settle(answer);
      setBusy(undefined);
      if (!saved || saved.outcome === 'cancelled') return;
      if (saved.outcome === 'download') offerDownload(saved);
      say({ tone: 'done', says: 'saved', values: { name: saved.name } });
    },
    copy: async (answer: Promise<Answer<HandOver>>) => {
      const copied = await settle(answer);
      if (!copied) return;
      if (copied.outcome === 'done' || (await copyText(copied.text))) say({ tone: 'done', says: 'copied' });
      else say({ tone: 'problem', problems: [{ code: 'host-cannot' }] });
    },
  };
}
