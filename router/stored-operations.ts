import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import { LRUCache } from 'lru-cache';
import type { RegisteredOperations } from './registered-operations.ts';

/** What operations that clients had stored may take, characters, and each of them. */
const MAX_STORED = 8 * 1024 * 1024;
const MAX_EACH = 64 * 1024;
/** Apollo Server's own, before each hash. */
const PREFIX = /^apq:/;

type Cache = NonNullable<NonNullable<ApolloServerOptions<BaseContext>['cache']>>;
type OperationCache = Exclude<Cache, 'bounded'>;

/** Texts by their hash for automatic persisted queries: those that are registered, and what clients sent lately. */
export function storedOperations(registered: RegisteredOperations): OperationCache {
  const stored = new LRUCache<string, string>({ maxSize: MAX_STORED, maxEntrySize: MAX_EACH });
  return {
    get: async (key) => registered.sourceOf(key.replace(PREFIX, '')) ?? stored.get(key),
    set: async (key, text) => {
      if (registered.isOpen) stored.set(key, text, { size: text.length });
    },
    delete: async (key) => stored.delete(key),
  };
}
