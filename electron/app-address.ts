/** The one origin this app's page has. The scheme is registered as standard, so Chromium knows it as an origin. */
export const appScheme = 'app';
export const appOrigin = 'app://waylight';
export const startPage = `${appOrigin}/index.html`;

/** Whether an address is within this app's own origin. Never throws. */
export function isAppAddress(address: string): boolean {
  // Node knows no origin of schemes of one's own (it says `null`), so its parts are compared.
  const url = URL.parse(address);
  return (
    url !== null && url.protocol === 'app:' && url.host === 'waylight' && url.username === '' && url.password === ''
  );
}
