import type { AppState } from '../../store/app-store.ts';
import type { RunState } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './aws.module.css';
import type { CloudHost } from './cloud-hosts.ts';

const selectGo = (state: AppState) => state.go;

/** A host's name, which opens what was seen of it. */
export function HostLink({ host, run }: { readonly host: CloudHost; readonly run: RunState }) {
  const go = useApp(selectGo);
  const { targetId, name } = host;
  return (
    <>
      <button
        type="button"
        className={`${styles.link} ${styles.name}`}
        title={name}
        data-target-id={targetId}
        onClick={() => go({ screen: 'aws', target: { runId: run.plan.runId, targetId } })}
      >
        <bdi>{name}</bdi>
      </button>
      <span className={`mono ${styles.host}`} title={host.host}>
        {host.host}
      </span>
    </>
  );
}
