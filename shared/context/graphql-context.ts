import type { Loaders } from '../loader/loaders.ts';
import type { Quotas } from '../limits/quotas.ts';
import type { Actor } from './actor.ts';

/** What every resolver and rule receives. Subgraphs extend it with their services in their own `context.ts`. */
export interface GraphqlContext {
  readonly actor: Actor;
  readonly requestId: string;
  readonly locale: string;
  readonly loaders: Loaders;
  readonly quotas: Quotas;
}
