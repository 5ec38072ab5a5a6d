import type { Notification } from 'electron';

type Shown = Pick<Notification, 'on' | 'show'>;

/** Notices of the system's own kind; where there are none, nothing is shown. */
export function createNotifier(
  isSupported: () => boolean,
  create: (options: { readonly title: string; readonly body: string }) => Shown,
): (notice: { readonly title: string; readonly body: string }, onClick: () => void) => void {
  // One that nobody refers to any more is collected, and its click goes unheard.
  const shown = new Set<Shown>();
  return (notice, onClick) => {
    if (!isSupported()) return;
    const notification = create(notice);
    const forget = () => {
      shown.delete(notification);
    };
    notification.on('click', () => {
      forget();
      onClick();
    });
    notification.on('close', forget);
    notification.on('failed', forget);
    shown.add(notification);
    notification.show();
  };
}
