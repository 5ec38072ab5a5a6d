import { type Language, languages } from '../../model/choices.ts';
import type { Answer, SaveOutcome } from '../../model/contract.ts';
import type { EngineClient } from '../engine-process/engine-client.ts';
import type { CurrentRun } from './current-run.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { askPort, refuse } from './keep-change.ts';
import type { HostPorts, SavedFile } from './ports.ts';

type ReportCalls = Pick<
  Handlers,
  'previewReport' | 'saveReport' | 'copyReport' | 'previewLetter' | 'saveLetter' | 'copyLetter'
>;

/** Reports and letters are made in the engine's process: a long one takes seconds. */
export function reportCalls({ ports, settings }: HostContext, engine: EngineClient, current: CurrentRun): ReportCalls {
  const language = (): Language => {
    const chosen = settings.state().settings.language;
    return chosen === 'system' ? matchLanguage(ports.info.language) : chosen;
  };
  /** A run under way or lost has none. */
  const withReport = async <T>(runId: string, ask: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const view = current.read()?.view;
    return view?.plan.runId === runId && !view.outcome ? refuse('run-has-no-report') : ask();
  };
  const save = (file: Answer<SavedFile>) => (file.ok ? tellOfSaving(() => ports.saveFile(file.value)) : file);
  const copy = (file: Answer<SavedFile>) => (file.ok ? askPort(() => ports.copyText(file.value.text)) : file);
  return {
    previewReport: (input) => withReport(input.runId, () => engine.ask('previewReport', input)),
    saveReport: ({ format, ...input }) =>
      withReport(input.runId, async () => {
        const { pdf } = ports;
        const write = (written: 'html' | Exclude<typeof format, 'pdf'>) =>
          engine.ask('writeReport', { ...input, format: written, language: language() });
        if (format !== 'pdf') return save(await write(format));
        if (!pdf) return refuse('host-cannot');
        const page = await write('html');
        return page.ok ? printAndSave(pdf, page.value) : page;
      }),
    copyReport: (input) =>
      withReport(input.runId, async () =>
        copy(await engine.ask('writeReport', { ...input, format: 'markdown', language: language() })),
      ),
    previewLetter: (input) =>
      withReport(input.runId, async () => {
        const file = await engine.ask('writeLetter', { ...input, format: 'markdown' });
        return file.ok ? { ok: true, value: { text: file.value.text } } : file;
      }),
    saveLetter: (input) => withReport(input.runId, async () => save(await engine.ask('writeLetter', input))),
    copyLetter: (input) =>
      withReport(input.runId, async () => copy(await engine.ask('writeLetter', { ...input, format: 'markdown' }))),
  };
}

/** Nobody is asked where a file goes that there will not be. */
async function printAndSave(
  pdf: NonNullable<HostPorts['pdf']>,
  { name, text }: SavedFile,
): Promise<Answer<SaveOutcome>> {
  const bytes = await pdf.print(text).catch(() => undefined);
  if (!bytes) return refuse('pdf-failed');
  const file = { name: name.replace(/\.html$/, '.pdf'), mediaType: 'application/pdf', bytes };
  return tellOfSaving(() => pdf.save(file));
}

/** A full disk or a folder that may not be written to is said with the system's own word for it, and without the path. */
async function tellOfSaving(save: () => Promise<SaveOutcome>): Promise<Answer<SaveOutcome>> {
  try {
    return { ok: true, value: await save() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return /^E[A-Z0-9]{2,20}$/.test(code) ? refuse('output-not-writable', { params: { code } }) : refuse('host-cannot');
  }
}

/** The language of ours that a machine's language (BCP 47) comes nearest to; English where none does. */
export function matchLanguage(tag: string): Language {
  const [primary] = tag.toLowerCase().split(/[-_]/);
  return languages.find((language) => language.toLowerCase().split('-')[0] === primary) ?? 'en';
}
