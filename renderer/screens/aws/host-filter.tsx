import { useTranslation } from 'react-i18next';
import { Field } from '../../components/field.tsx';
import type { Arrangement } from './arrange-hosts.ts';
import styles from './aws.module.css';
import { anycast, type CloudHost } from './cloud-hosts.ts';

interface HostFilterProps {
  readonly hosts: readonly CloudHost[];
  readonly how: Arrangement;
  readonly onChange: (how: Arrangement) => void;
}

const shows: readonly Arrangement['show'][] = ['all', 'hit', 'list2018'];

export function HostFilter({ hosts, how, onChange }: HostFilterProps) {
  const { t } = useTranslation();
  const regions = [...new Set(hosts.flatMap((host) => host.regions))].toSorted();
  return (
    <search className={styles.filter} aria-label={t('aws.filter')}>
      <Field label={t('aws.search')}>
        {(ids) => (
          <input
            {...ids}
            type="search"
            value={how.search}
            onChange={({ target }) => onChange({ ...how, search: target.value })}
          />
        )}
      </Field>
      <Field label={t('aws.show')}>
        {(ids) => (
          <select
            {...ids}
            value={how.show}
            onChange={({ target }) => onChange({ ...how, show: shows.find((show) => show === target.value) ?? 'all' })}
          >
            {shows.map((show) => (
              <option key={show} value={show}>
                {t(`aws.shows.${show}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {(regions.length > 1 || how.region !== '') && (
        <Field label={t('aws.region')}>
          {(ids) => (
            <select {...ids} value={how.region} onChange={({ target }) => onChange({ ...how, region: target.value })}>
              <option value="">{t('aws.allRegions')}</option>
              {regions.map((region) => (
                <option key={region} value={region}>
                  {region === anycast ? t('aws.global') : region}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </search>
  );
}
