import { z } from 'zod';
import type { ServiceClient } from '../service/service-client.ts';
import { authoritySchema, type AuthoritySource } from './authority.ts';

/** What every other subgraph asks users about a session. */
export const SESSION_AUTHORITY_QUERY = `query ($sessionId: ID!, $rotation: String) {
  sessionAuthority(sessionId: $sessionId, rotation: $rotation) { grants { role permissions scope scopeId } }
}`;

const answer = z.object({ sessionAuthority: authoritySchema });

/** What a session may do, as users tell it. */
export function authorityFromUsers(users: ServiceClient): AuthoritySource {
  return async (sessionId, rotation) =>
    answer.parse(await users.ask(SESSION_AUTHORITY_QUERY, { sessionId, rotation })).sessionAuthority;
}
