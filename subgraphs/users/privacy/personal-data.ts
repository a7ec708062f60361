import { accountSources } from './account-sources.ts';
import { healthSources } from './health-sources.ts';
import type { UsersSource } from './users-source.ts';

/**
 * Every table of users with data of persons, in the order in which they are erased. A test fails for a table that is
 * neither here nor in {@link impersonal}.
 */
export const sources: readonly UsersSource[] = [...healthSources, ...accountSources];

/** Tables without data of persons, or not to be found by person, each with the reason. */
export const impersonal: Readonly<Record<string, string>> = {
  login_code: 'a fingerprint of a number; taken away with the identities when an erasure begins',
  consent_document: 'texts of the platform',
  role: 'names of roles',
  role_permission: 'what roles allow',
  outbox_event: 'facts with identifiers alone, kept for replay',
  outbox_counter: 'a number',
  outbox_epoch: 'names of epochs',
  event_cursor: 'numbers',
  parked_event: 'identifiers of events of others',
  replication_heartbeat: 'a number',
  audit_gap: 'numbers',
  audit_head: 'hashes',
  key_rotation: 'names of columns',
  schema_migration: 'names of migrations',
};
