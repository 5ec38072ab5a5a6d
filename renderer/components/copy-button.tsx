import { useTranslation } from 'react-i18next';
import type { AppState } from '../store/app-store.ts';
import { useApp } from '../store/store-context.tsx';
import { Button } from './button.tsx';
import { copyText } from './copy-text.ts';
import { Icon } from './icon.tsx';

const selectSay = (state: AppState) => state.say;

interface CopyButtonProps {
  /** Asked for when it is pressed, so that a long text is made only then. */
  readonly text: () => string;
  /** What is copied, for screen readers where the button shows its icon alone. */
  readonly label: string;
  readonly iconOnly?: boolean;
}

export function CopyButton({ text, label, iconOnly = false }: CopyButtonProps) {
  const { t } = useTranslation();
  const say = useApp(selectSay);
  const copy = async () => {
    if (await copyText(text())) say({ tone: 'done', says: 'copied' });
    else say({ tone: 'problem', problems: [{ code: 'host-cannot' }] });
  };
  return (
    <Button
      look={iconOnly ? 'plain' : 'edge'}
      icon={<Icon name="copy" />}
      onClick={copy}
      {...(iconOnly && { 'aria-label': label, title: t('common.copy') })}
    >
      {iconOnly ? null : label}
    </Button>
  );
}
