import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, holds } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { isDuplicate } from '../../../shared/db/db-errors.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { mayAppoint, mayGive, stillHeld } from './giving.ts';
import { isPermission, type PermissionName } from './permission-catalogue.ts';
import { Role, RoleGrant, RolePermission } from './role-grant.entity.ts';
import type { CreateRoleInput, DeleteRoleInput, UpdateRoleInput } from './role.inputs.ts';
import { assertSeparate, rivalsOf } from './separation.ts';

/** More than anybody can keep apart; the list is answered whole. */
const MOST = 200;
const LONGEST_LABEL = 64;

/** What a role can never lose: the last way in, and the eyes of the auditor. */
const KEPT: Readonly<Record<string, readonly PermissionName[]>> = {
  ADMIN: ['role.manage'],
  AUDITOR: ['audit.read'],
};

/** What roles by appointment are made for: who appoints may give it back, though they do not hold it. */
const MADE_FOR: Readonly<Record<string, readonly PermissionName[]>> = {
  DOCTOR: ['schedule.publish', 'queue.call', 'record.write', 'prescription.write'],
  PHARMACIST: ['prescription.review', 'prescription.dispense', 'stock.manage', 'stock.read', 'order.read'],
  AUDITOR: ['audit.read'],
  PII_READER: ['pii.read'],
};

/** Makes and changes roles. A change is effective for everybody who holds the role, so it counts as giving it to them. */
export class RoleDefinitionService {
  readonly #db: Db;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(db: Db, audit: Audit, now: () => Date) {
    this.#db = db;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * @returns the name of the role
   * @throws AppError FORBIDDEN without `role.manage` on the platform or for what the caller does not hold; ROLE_EXISTS,
   *   ROLES_INCOMPATIBLE, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED
   */
  async create(actor: Actor, input: CreateRoleInput): Promise<string> {
    assertManager(actor);
    const { idempotencyKey: key, name, ...body } = input;
    if (!/^[A-Z][A-Z0-9_]{1,31}$/.test(name)) {
      throw new AppError('VALIDATION_FAILED', { field: 'name', reason: 'A–Z, 0–9, _' });
    }
    const label = checkedLabel(body.label);
    const permissions = checkedPermissions(body.permissions);
    if (!permissions.every((each) => holds(actor, each))) throw new AppError('FORBIDDEN');
    const call = { actor, operation: 'createRole', key, body: { name, ...body }, now: this.#now() };
    return this.#db.transaction((tx) =>
      once(tx, call, async () => {
        const { manager } = tx;
        if ((await manager.count(Role)) >= MOST) {
          throw new AppError('VALIDATION_FAILED', { field: 'name', reason: `≤ ${MOST}` });
        }
        await manager.insert(Role, { name, label, isBuiltIn: false, version: 1 }).catch((error: unknown) => {
          throw isDuplicate(error) ? new AppError('ROLE_EXISTS', { role: name }) : error;
        });
        await add(tx, name, permissions);
        await this.#note(tx, actor, 'role.create', name, { permissions: permissions.join(' ') });
        return name;
      }),
    );
  }

  /**
   * @returns the name of the role
   * @throws AppError as {@link create}; NOT_FOUND, VERSION_CONFLICT; ROLE_KEEPS for what the role cannot lose
   */
  async update(actor: Actor, input: UpdateRoleInput): Promise<string> {
    assertManager(actor);
    const { idempotencyKey: key, ...body } = input;
    const wanted = checkedPermissions(input.permissions);
    const label = input.label == null ? undefined : checkedLabel(input.label);
    const call = { actor, operation: 'updateRole', key, body, now: this.#now() };
    return this.#db.transaction((tx) =>
      once(tx, call, async () => {
        const { manager } = tx;
        const { name } = await lockRole(tx, input);
        if (!(await mayGive(manager, actor, name, {}))) throw new AppError('FORBIDDEN');
        const before = (await manager.findBy(RolePermission, { role: name })).map((each) => each.permission);
        const added = wanted.filter((each) => !before.includes(each));
        const removed = before.filter((each) => !wanted.some((wish) => wish === each));
        assertAddable(actor, name, added);
        const lost = KEPT[name]?.find((each) => removed.includes(each));
        if (lost !== undefined) throw new AppError('ROLE_KEEPS', { role: name, permission: lost });
        await assertNobodyHoldsRivals(tx, name, added);
        for (const permission of removed) await manager.delete(RolePermission, { role: name, permission });
        await add(tx, name, added);
        const { expectedVersion } = input;
        const next = { version: expectedVersion + 1, ...(label !== undefined && { label }) };
        const { affected } = await manager.update(Role, { name, version: expectedVersion }, next);
        if (affected !== 1) throw new AppError('VERSION_CONFLICT');
        const detail = { added: added.join(' '), removed: removed.join(' '), version: next.version };
        await this.#note(tx, actor, 'role.update', name, detail);
        return name;
      }),
    );
  }

  /**
   * @returns the name of the role that is gone
   * @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT; ROLE_BUILT_IN; ROLE_IN_USE while a grant is there
   */
  async delete(actor: Actor, input: DeleteRoleInput): Promise<string> {
    assertManager(actor);
    const { idempotencyKey: key, ...body } = input;
    const call = { actor, operation: 'deleteRole', key, body, now: this.#now() };
    return this.#db.transaction((tx) =>
      once(tx, call, async () => {
        const { manager } = tx;
        const { name, isBuiltIn } = await lockRole(tx, input);
        if (isBuiltIn) throw new AppError('ROLE_BUILT_IN', { role: name });
        if (!(await mayGive(manager, actor, name, {}))) throw new AppError('FORBIDDEN');
        const held = stillHeld(this.#now()).map((each) => ({ role: name, ...each }));
        const count = await manager.count(RoleGrant, { where: held });
        if (count > 0) throw new AppError('ROLE_IN_USE', { role: name, count });
        // What is left has ended by itself.
        await manager.delete(RoleGrant, { role: name });
        await manager.delete(RolePermission, { role: name });
        await manager.delete(Role, { name });
        await this.#note(tx, actor, 'role.delete', name, {});
        return name;
      }),
    );
  }

  async #note(
    tx: Tx,
    actor: Actor,
    action: string,
    name: string,
    detail: Record<string, string | number>,
  ): Promise<void> {
    await this.#audit.record(tx, { actor, action, subjectType: 'Role', subjectId: name, detail });
  }
}

function assertManager(actor: Actor): void {
  if (!holds(actor, 'role.manage')) throw new AppError('FORBIDDEN');
}

function checkedLabel(given: string): string {
  const label = given.normalize('NFC').trim();
  if (label === '' || label.length > LONGEST_LABEL || /[\p{Cc}\p{Cf}]/u.test(label)) {
    throw new AppError('VALIDATION_FAILED', { field: 'label', reason: `1 – ${LONGEST_LABEL}` });
  }
  return label;
}

function checkedPermissions(given: readonly string[]): PermissionName[] {
  const names = [...new Set(given)].map((each) => {
    if (!isPermission(each)) {
      throw new AppError('VALIDATION_FAILED', { field: 'permissions', reason: each.slice(0, 64) });
    }
    return each;
  });
  assertSeparate(names);
  return names.toSorted();
}

async function lockRole(
  { manager }: Tx,
  { name, expectedVersion }: { name: string; expectedVersion: number },
): Promise<Role> {
  const role = await manager.findOne(Role, { where: { name }, lock: { mode: 'pessimistic_write' } });
  if (!role) throw new AppError('NOT_FOUND', { what: 'Role' });
  if (role.version !== expectedVersion) throw new AppError('VERSION_CONFLICT');
  return role;
}

function assertAddable(actor: Actor, role: string, added: readonly PermissionName[]): void {
  const madeFor = mayAppoint(actor, role, {}) === true ? MADE_FOR[role] : undefined;
  if (!added.every((each) => holds(actor, each) || madeFor?.includes(each))) throw new AppError('FORBIDDEN');
}

/** Somebody who holds the role may hold another one with what must not stand beside it. @throws AppError ROLES_INCOMPATIBLE */
async function assertNobodyHoldsRivals(
  { manager }: Tx,
  role: string,
  added: readonly PermissionName[],
): Promise<void> {
  const rivals = rivalsOf(added);
  if (rivals.length === 0) return;
  const clash: unknown[] = await manager.query(
    `SELECT 1 FROM role_grant own
     JOIN role_grant other ON other.account_id = own.account_id
     JOIN role_permission held ON held.role = other.role
     WHERE own.role = ? AND held.permission IN (?) LIMIT 1`,
    [role, rivals],
  );
  if (clash.length > 0) throw new AppError('ROLES_INCOMPATIBLE');
}

async function add({ manager }: Tx, role: string, permissions: readonly PermissionName[]): Promise<void> {
  if (permissions.length === 0) return;
  await manager.insert(
    RolePermission,
    permissions.map((permission) => ({ role, permission })),
  );
}
