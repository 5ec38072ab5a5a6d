/**
 * Chromium knows no `app://` and can be taught none from outside, so here, and nowhere else, `app://name` is
 * `https://name.app.invalid`: an origin of its own, secure and standard, as Electron makes of a privileged scheme. Whatever
 * the program sees is translated back.
 */
const suffix = '.app.invalid';

export function toPage(address: string): string {
  return address.replace(/^app:\/\/([^/?#]*)/, `https://$1${suffix}`);
}

export function fromPage(address: string): string {
  return address.replace(/^https:\/\/([^/?#]*)\.app\.invalid(?=[/?#]|$)/, 'app://$1');
}
