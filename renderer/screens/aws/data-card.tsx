import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer, RangesInfo } from '../../../model/contract.ts';
import { Icon } from '../../components/icon.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './aws.module.css';
import { listAge } from './list-age.ts';
import { NewestList } from './newest-list.tsx';

const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
const selectSay = (state: AppState) => state.say;

/** What a call may carry (model/contract.ts); Amazon's list has 2.6 MB. */
const largestMegabytes = 16;

/** A problem says what is wrong with the list; with its name it is clear which. */
function nameFile<T>(answer: Answer<T>, name: string): Answer<T> {
  if (answer.ok) return answer;
  const field = name.slice(0, 80);
  return { ok: false, problems: answer.problems.map((problem) => ({ field, ...problem })) };
}

const unreadable: Answer<never> = {
  ok: false,
  problems: [{ code: 'file-unreadable', params: { code: 'NotReadableError' } }],
};

interface DataCardProps {
  readonly info: RangesInfo | null;
  readonly onChange: (info: RangesInfo) => void;
}

/** Where the ranges come from and how old they are, and a way to give a newer list. */
export function DataCard({ info, onChange }: DataCardProps) {
  const { t } = useTranslation();
  const { dateTime, number, problem } = useWords();
  if (!info) return <p role="status">{t('aws.readingData')}</p>;
  const { source, checkedAt, attribution, problems } = info;
  const age = listAge(source, checkedAt, Date.now());
  const sayDate = (iso: string) => {
    const date = dateTime(iso, { dateStyle: 'long', timeZone: 'UTC' });
    return age && age.days > 0 ? t('aws.dateAndAge', { date, count: age.days }) : date;
  };
  return (
    <section className={styles.card} aria-labelledby="aws-data">
      <h2 id="aws-data">{t('aws.data')}</h2>
      <dl className={styles.facts}>
        <dt>{t('aws.source')}</dt>
        <dd>{t(`aws.sources.${source.source}`)}</dd>
        <dt>{t('aws.date')}</dt>
        <dd>{source.createdAt === null ? t('aws.noDate') : sayDate(source.createdAt)}</dd>
        <dt>{t('aws.rows')}</dt>
        <dd>{number(source.rows)}</dd>
        {source.source !== 'operator' && (
          <>
            <dt>{t('aws.confirmed')}</dt>
            <dd>{checkedAt === null ? t('aws.notConfirmed') : dateTime(checkedAt)}</dd>
          </>
        )}
      </dl>
      {age?.old && (
        <p className={styles.warning}>
          <Icon name="warning" />
          {t('aws.old', { count: age.days })}
        </p>
      )}
      {source.source === 'operator' && <p>{t('aws.byOperator')}</p>}
      {problems.map((item) => (
        <p key={`${item.code} ${item.file}`} className={styles.bad}>
          {problem(item)}
        </p>
      ))}
      <NewestList />
      <NewerList onChange={onChange} />
      {attribution !== '' && (
        <p className={styles.fine} dir="ltr">
          {attribution}
        </p>
      )}
    </section>
  );
}

function NewerList({ onChange }: { readonly onChange: (info: RangesInfo) => void }) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const say = useApp(selectSay);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const take = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    // The same file can be chosen again after it was put right.
    input.value = '';
    if (!file) return;
    if (file.size > largestMegabytes * 1024 * 1024) {
      say({ tone: 'problem', problems: [{ code: 'ranges-too-large', params: { limit: largestMegabytes } }] });
      return;
    }
    setBusy(true);
    const text = await file.text().catch(() => null);
    const info = await settle(nameFile(text === null ? unreadable : await bridge.updateRanges({ text }), file.name));
    setBusy(false);
    if (!info) return;
    onChange(info);
    const { createdAt } = info.source;
    const date = createdAt === null ? '' : dateTime(createdAt, { dateStyle: 'long', timeZone: 'UTC' });
    say({ tone: 'done', says: 'ranges-updated', values: { date } });
  };
  return (
    <div className={styles.newer}>
      <label htmlFor={id} className={styles.file} data-busy={busy || undefined}>
        <Icon name="paste" />
        {t(busy ? 'aws.reading' : 'aws.useFile')}
        <input
          id={id}
          type="file"
          accept=".json,application/json"
          className="visually-hidden"
          aria-describedby={`${id}-hint`}
          disabled={busy}
          onChange={({ currentTarget }) => take(currentTarget)}
        />
      </label>
      <p id={`${id}-hint`} className={styles.fine}>
        {t('aws.useFileHint')}
      </p>
    </div>
  );
}
