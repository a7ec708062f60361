import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Bundles the explorer into files of our own: it works without any network but the platform's.
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const outdir = here('../../dist/router/explorer/public');
const { stableId } = await import(here('../../dist/shared/ids/ids.js'));

rmSync(outdir, { recursive: true, force: true });
/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  minify: true,
  target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.ttf': 'file' },
  logLevel: 'warning',
};
await build({ ...common, format: 'esm', outdir, entryPoints: { main: here('client/main.tsx') } });
await build({
  ...common,
  format: 'iife',
  outdir: `${outdir}/workers`,
  entryPoints: {
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
  },
});
const page = readFileSync(here('client/index.html'), 'utf8');
writeFileSync(
  `${outdir}/index.html`,
  page.replace('DEMO_CONSULTATION', stableId('con', 'demo-consultation-01')),
);
