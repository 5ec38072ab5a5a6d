/** Proper names of the cloud operators that the tables know; they are the same in every language. */
const names = new Map(
  Object.entries({
    aws: 'Amazon (AWS)',
    google: 'Google',
    cloudflare: 'Cloudflare',
    microsoft: 'Microsoft',
    digitalocean: 'DigitalOcean',
    hetzner: 'Hetzner',
    ovh: 'OVH',
    akamai: 'Akamai',
    fastly: 'Fastly',
    oracle: 'Oracle',
    scaleway: 'Scaleway',
  }),
);

/** What an operator is called; one of a newer report by its key. */
export function operatorName(operator: string): string {
  return names.get(operator) ?? operator;
}
