import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import type { RunState } from '../../store/run-state.ts';
import styles from './check-controls.module.css';
import { ProfileMenu } from './profile-menu.tsx';
import { RoutesMenu } from './routes-menu.tsx';
import type { CheckActions } from './use-check.ts';

interface CheckControlsProps {
  readonly run: RunState | null;
  readonly running: boolean;
  readonly actions: CheckActions;
}

/** The one button, and what the next check is made of. */
export function CheckControls({ run, running, actions }: CheckControlsProps) {
  const { t } = useTranslation();
  const practice = run?.plan.kind === 'practice';
  const [pending, setPending] = useState(false);
  const press = async () => {
    setPending(true);
    await (running ? actions.stop() : actions.again());
    setPending(false);
  };
  const label = running ? (pending ? 'check.stopping' : 'check.stop') : practice ? 'check.again' : 'check.now';
  return (
    <div className={styles.controls}>
      <RoutesMenu run={run} actions={actions} />
      {!practice && <ProfileMenu disabled={running} onChoose={actions.chooseProfile} />}
      <Button
        look="act"
        className={styles.main}
        icon={<Icon name={running ? 'stop' : 'play'} />}
        disabled={pending}
        onClick={() => void press()}
      >
        {t(label)}
      </Button>
    </div>
  );
}
