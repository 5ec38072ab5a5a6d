import type { LinkName } from '../../model/contract.ts';

/** The project's own pages: whoever publishes a build under another name changes this line, and electron-builder.yml. */
const project = 'https://github.com/waylight/waylight';

/** The only pages this app leads to. The interface names one of them and never an address. */
export const outsideLinks: Readonly<Record<LinkName, string>> = {
  website: project,
  source: `${project}/tree/main`,
  security: `${project}/security/policy`,
  rules: `${project}/blob/main/docs/rules.md`,
  licences: `${project}/blob/main/NOTICE`,
};

export const releasePage = `${project}/releases`;
