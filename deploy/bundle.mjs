import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// One file for each service, with its packages: Node reads some 1,300 files one by one otherwise, which is more than
// half of the time in which a service or a command begins.
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const NAMES = ['users', 'care', 'pharmacy', 'stats'];

/** What TypeORM and others ask for only when they are told to, and are never told here. */
const NEVER_LOADED = [
  '@google-cloud/spanner',
  '@sap/*',
  'better-sqlite3',
  'class-validator',
  'expo-sqlite',
  'hdb-pool',
  'mongodb',
  'mssql',
  'oracledb',
  'pg*',
  'react-native-sqlite-storage',
  'redis',
  'sql.js',
  'sqlite3',
  'ts-node',
  'typeorm-aurora-data-api-driver',
];

/** Keeps each of our files where it was, for itself: the data beside it is found from there. */
const ownPlace = {
  name: 'own-place',
  /** @param {import('esbuild').PluginBuild} bundle */
  setup(bundle) {
    bundle.onLoad({ filter: /\/dist\/(router|shared|subgraphs)\/.*\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      if (!contents.includes('import.meta.url')) return undefined;
      const from = JSON.stringify(`../${path.slice(`${ROOT}dist/`.length)}`);
      return { contents: contents.replaceAll('import.meta.url', `new URL(${from}, import.meta.url).href`) };
    });
  },
};

/** Packages of the older kind expect these three in every file. */
const OLD_NAMES = `
import { createRequire as __createRequire } from 'node:module';
import { dirname as __dirnameOf } from 'node:path';
const require = __createRequire(import.meta.url);
const __filename = require('node:url').fileURLToPath(import.meta.url);
const __dirname = __dirnameOf(__filename);`;

await build({
  absWorkingDir: ROOT,
  entryPoints: {
    router: 'dist/router/index.js',
    planner: 'dist/router/planning/planner-thread.js',
    ...Object.fromEntries(NAMES.map((name) => [name, `dist/subgraphs/${name}/index.js`])),
  },
  outdir: 'dist/bundle',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // TypeORM and type-graphql name tables and types by their classes.
  keepNames: true,
  // Which mode it is, the configuration says; packages are not to check twice what tests have checked.
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: { js: OLD_NAMES },
  external: NEVER_LOADED,
  plugins: [ownPlace],
  // What is shorter is read sooner; stacks are told by the maps.
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
});
