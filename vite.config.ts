import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Chunks carry hashes: without this, those of earlier builds would stay beside the new ones. */
const tidy: Plugin = {
  name: 'tidy-output',
  generateBundle: ({ dir = 'out' }) => rm(join(dir, 'chunks'), { recursive: true, force: true }),
  writeBundle: ({ dir = 'out' }) => chmod(join(dir, 'waylight.js'), 0o755),
};

/**
 * The command as one ESM program for Node 24 that needs nothing beside it but out/ranges. Every command is a chunk of its
 * own, so that help loads none of them.
 */
export default defineConfig({
  plugins: [tidy],
  // ws looks for native helpers that are not installed and not needed.
  define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out',
    emptyOutDir: false,
    copyPublicDir: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { waylight: 'cli/main.ts' },
      output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
