import packageJson from '../package.json' with { type: 'json' };

/** What reports and --version say of this program. */
export const software: { readonly name: string; readonly version: string } = {
  name: packageJson.name,
  version: packageJson.version,
};
