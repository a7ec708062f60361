import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import { parse, printSchema } from 'graphql';
import { careSchema } from '../subgraphs/care/schema.ts';
import { pharmacySchema } from '../subgraphs/pharmacy/schema.ts';
import { statsSchema } from '../subgraphs/stats/schema.ts';
import { usersSchema } from '../subgraphs/users/schema.ts';
import { operationsManifest } from './operations.ts';

const subgraphs = { users: usersSchema, care: careSchema, pharmacy: pharmacySchema, stats: statsSchema };

/** Everything that is generated from the code, by file name in `schema/`. @throws Error when the subgraphs do not compose */
export async function artefacts(): Promise<Record<string, string>> {
  const built = await Promise.all(
    Object.entries(subgraphs).map(async ([name, build]) => ({ name, ...(await build()) })),
  );
  const composed = composeServices(
    built.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: `http://${name}.invalid/graphql` })),
  );
  if (composed.errors) throw new Error(composed.errors.map((error) => error.message).join('\n'));
  const api = Supergraph.build(composed.supergraphSdl).apiSchema().toGraphQLJSSchema();
  const permissions = built.flatMap(({ name, permissions: table }) =>
    Object.entries(table).map(([field, rule]) => `| ${field} | ${name} | ${rule} |`),
  );
  return {
    ...Object.fromEntries(built.map(({ name, sdl }) => [`${name}.graphql`, sdl])),
    'supergraph.graphql': `${composed.supergraphSdl.trim()}\n`,
    'api.graphql': `${printSchema(api)}\n`,
    'operations.json': operationsManifest(api),
    'permissions.md': [
      '# Who may see what',
      '',
      'Generated. A change of this table is a change of permissions.',
      '',
      '| field | subgraph | rule |',
      '| --- | --- | --- |',
      ...permissions.sort(),
      '',
    ].join('\n'),
  };
}
