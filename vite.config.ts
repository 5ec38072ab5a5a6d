import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import { extname, join, relative, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Chunks carry hashes: without this, those of earlier builds would stay beside the new ones. */
const tidy: Plugin = {
  name: 'tidy-output',
  applyToEnvironment: ({ name }) => name === 'ssr',
  generateBundle: ({ dir = 'out' }) => rm(join(dir, 'chunks'), { recursive: true, force: true }),
  writeBundle: ({ dir = 'out' }) => chmod(join(dir, 'waylight.js'), 0o755),
};

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The list of what the hosts may give a page: nothing else in the folder, and nothing outside of it. */
const assetMap: Plugin = {
  name: 'asset-map',
  applyToEnvironment: ({ name }) => name === 'client',
  async writeBundle({ dir = 'out/renderer' }) {
    const files = await readdir(dir, { recursive: true, withFileTypes: true });
    const entries = files
      .filter((file) => file.isFile())
      .map((file) => relative(dir, join(file.parentPath, file.name)).replaceAll('\\', '/'))
      .sort()
      .map((path) => {
        const type = mediaTypes[extname(path)];
        if (type === undefined) throw new Error(`no media type is known for ${path}`);
        return [path, { type }];
      });
    await writeFile(join(dir, '..', 'assets.json'), `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  },
};

const out = resolve(import.meta.dirname, process.env.WAYLIGHT_OUT ?? 'out');
const program = {
  minify: false,
  emptyOutDir: false,
  copyPublicDir: false,
  reportCompressedSize: false,
  ssr: true,
  target: 'node24',
  outDir: out,
} as const;

/**
 * Three builds. `ssr`: the command, the desktop's main process and the engine's process as ESM programs for Node 24 that
 * need nothing beside them but out/ranges; every command is a chunk of its own, so that help loads none of them. `preload`:
 * one CommonJS file, because a sandboxed preload script can load no other. `client`: the interface.
 */
export default defineConfig({
  root: 'renderer',
  plugins: [react(), tidy, assetMap],
  appType: 'custom',
  builder: {
    async buildApp(builder) {
      for (const name of ['ssr', 'preload', 'client']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
  environments: {
    ssr: {
      // ws looks for native helpers that are not installed and not needed.
      define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
      resolve: { noExternal: true, external: ['electron'] },
      build: {
        ...program,
        rolldownOptions: {
          input: {
            waylight: join(import.meta.dirname, 'cli/main.ts'),
            'web-engine': join(import.meta.dirname, 'web/engine.ts'),
            main: join(import.meta.dirname, 'electron/main.ts'),
            engine: join(import.meta.dirname, 'electron/engine.ts'),
          },
          external: ['electron'],
          output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
    preload: {
      resolve: { noExternal: true, external: ['electron'] },
      build: {
        ...program,
        rolldownOptions: {
          input: { preload: join(import.meta.dirname, 'electron/preload.ts') },
          external: ['electron'],
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
    client: {
      build: {
        target: 'chrome142',
        outDir: join(out, 'renderer'),
        emptyOutDir: true,
        copyPublicDir: false,
        reportCompressedSize: false,
        // Fonts and scripts in `data:` addresses are what the content security policy forbids.
        assetsInlineLimit: 0,
        // It is read from this machine's disk, at once; the benchmark keeps its size.
        chunkSizeWarningLimit: 1024,
        modulePreload: { polyfill: false },
        sourcemap: false,
        rolldownOptions: { input: join(import.meta.dirname, 'renderer/index.html') },
      },
    },
  },
});
