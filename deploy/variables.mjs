import { writeFileSync } from 'node:fs';

// Writes which variables each process reads to dist/variables.json, from the schemas that check them: the launcher gives
// a process these and no others. `dataKeys` are those that a subgraph may have for itself.
const DIST = new URL('../dist/', import.meta.url);
const SUBGRAPHS = ['users', 'care', 'pharmacy', 'stats'];

const { DATA_KEYS, ownVariable, schemaFor } = await import(`${DIST.href}shared/config/config.js`);
const { routerSchema } = await import(`${DIST.href}router/config.js`);

/** @type {Record<string, string[]>} */
const variables = { router: Object.keys(routerSchema(SUBGRAPHS, false).shape), dataKeys: DATA_KEYS };
for (const name of SUBGRAPHS) {
  const { own } = await import(`${DIST.href}subgraphs/${name}/config.js`);
  const read = [...Object.keys(schemaFor(name).shape), ...Object.keys(own)];
  const isDataKey = (/** @type {string} */ each) => DATA_KEYS.includes(each);
  variables[name] = [...read, ...read.filter(isDataKey).map((each) => ownVariable(name, each))];
}
writeFileSync(new URL('variables.json', DIST), `${JSON.stringify(variables, null, 1)}\n`);
