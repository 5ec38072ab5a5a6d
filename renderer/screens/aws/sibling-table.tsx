import { useTranslation } from 'react-i18next';
import type { SiblingProbe } from '../../../model/report.ts';
import { Glyph } from '../../components/glyph.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import type { Tone } from '../../components/status.ts';
import { useWords } from '../../i18n/use-words.ts';
import styles from './aws.module.css';
import { usePortion } from './use-portion.tsx';

const tones: Readonly<Record<SiblingProbe['control'], Tone>> = { ok: 'ok', failed: 'fail', none: 'idle' };

/** What a deep check asked besides its targets: each neighbour on this connection and over the control. */
export function SiblingTable({ siblings }: { readonly siblings: readonly SiblingProbe[] }) {
  const { t } = useTranslation();
  const { word, milliseconds } = useWords();
  const { shown, more } = usePortion(siblings);
  if (siblings.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="aws-siblings">
      <h3 id="aws-siblings">{t('aws.siblings', { count: siblings.length })}</h3>
      <ScrollBox label={t('aws.siblingsLabel')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('aws.columns.address')}</th>
              <th scope="col">{word('page', 'column-source')}</th>
              <th scope="col">{t('aws.here')}</th>
              <th scope="col">{t('aws.overControl')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ address, host, source, here, control, ms }) => (
              <tr key={`${address} ${host ?? ''}`}>
                <th scope="row">
                  <span className="mono">{address}</span>
                  {host !== undefined && <bdi className={`mono ${styles.host}`}>{host}</bdi>}
                </th>
                <td>{word('page', `source-${source}`)}</td>
                <td>
                  <Outcome outcome={here} />
                  {ms !== undefined && <span className={styles.fine}> {milliseconds(ms)}</span>}
                </td>
                <td>
                  <Outcome outcome={control} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {more}
    </section>
  );
}

function Outcome({ outcome }: { readonly outcome: SiblingProbe['control'] }) {
  const { word } = useWords();
  return (
    <span className={styles.status}>
      <Glyph tone={tones[outcome]} />
      <span>{word('page', `neighbour-${outcome}`)}</span>
    </span>
  );
}
