import { type Language, languages } from '../../model/choices.ts';
import type { Answer } from '../../model/contract.ts';
import type { EngineClient } from '../engine-process/engine-client.ts';
import type { CurrentRun } from './current-run.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { askPort, refuse } from './keep-change.ts';

/** Reports are made in the engine's process: a long one takes seconds. */
export function reportCalls(
  { ports, settings }: HostContext,
  engine: EngineClient,
  current: CurrentRun,
): Pick<Handlers, 'previewReport' | 'saveReport' | 'copyReport'> {
  const language = (): Language => {
    const chosen = settings.state().settings.language;
    return chosen === 'system' ? matchLanguage(ports.info.language) : chosen;
  };
  /** A run under way or lost has none. */
  const withReport = async <T>(runId: string, ask: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const view = current.read()?.view;
    return view?.plan.runId === runId && !view.outcome ? refuse('run-has-no-report') : ask();
  };
  return {
    previewReport: (input) => withReport(input.runId, () => engine.ask('previewReport', input)),
    saveReport: (input) =>
      withReport(input.runId, async () => {
        const file = await engine.ask('writeReport', { ...input, language: language() });
        return file.ok ? askPort(() => ports.saveFile(file.value)) : file;
      }),
    copyReport: (input) =>
      withReport(input.runId, async () => {
        const file = await engine.ask('writeReport', { ...input, format: 'markdown', language: language() });
        return file.ok ? askPort(() => ports.copyText(file.value.text)) : file;
      }),
  };
}

/** The language of ours that a machine's language (BCP 47) comes nearest to; English where none does. */
export function matchLanguage(tag: string): Language {
  const [primary] = tag.toLowerCase().split(/[-_]/);
  return languages.find((language) => language.toLowerCase().split('-')[0] === primary) ?? 'en';
}
