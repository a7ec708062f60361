import { In } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { latestFirst, readPages } from '../../../shared/pagination/pages.ts';
import type { ObservationKind } from '../observation/observation-kinds.ts';
import { type Look, traceLooks } from '../patient/read-trace.ts';
import { FollowUpItem, FollowUpItemStatus, FollowUpPlan, FollowUpPlanStatus } from './follow-up.entity.ts';

export interface PlanLook extends Look {
  /** Only those made before this one. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface ItemQuery {
  readonly createdBy: string;
  /** All if not given. */
  readonly status: FollowUpItemStatus | undefined;
  readonly today: string;
  readonly after: { readonly dueOn: string; readonly id: string } | undefined;
  readonly limit: number;
}

type Way = 'encrypt' | 'decrypt';

/** Rows of plans and their items; what is sealed in them is in clear on this side alone. */
export class FollowUpStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;
  readonly byId: BatchRead<string, FollowUpPlan>;
  readonly itemById: BatchRead<string, FollowUpItem>;
  readonly itemsOf: BatchRead<string, FollowUpItem[]>;
  /** The latest first; looks by anybody but the guardian are audited before the answer is there. */
  readonly pages: BatchRead<PlanLook, FollowUpPlan[]>;
  /** Audits looks by anybody but the guardian. */
  readonly trace: (looks: readonly Look[]) => Promise<void>;

  constructor(db: Db, cipher: FieldCipher, audit: Audit) {
    this.#db = db;
    this.#cipher = cipher;
    this.trace = (looks) => traceLooks(audit, 'follow_up.read', looks);
    this.byId = {
      name: 'followUpPlan.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(FollowUpPlan, { id: In([...ids]) }));
        return inOrder(
          ids,
          rows.map((row) => this.#plan(row, 'decrypt')),
          (row) => row.id,
        );
      },
    };
    this.itemById = {
      name: 'followUpItem.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(FollowUpItem, { id: In([...ids]) }));
        return inOrder(
          ids,
          rows.map((row) => this.#item(row, 'decrypt')),
          (row) => row.id,
        );
      },
    };
    this.itemsOf = {
      name: 'followUpItem.ofPlan',
      read: async (planIds) => {
        const rows = await db.read((manager) =>
          manager.find(FollowUpItem, {
            where: { planId: In([...planIds]) },
            order: { dueOn: 'ASC', id: 'ASC' },
          }),
        );
        const opened = rows.map((row) => this.#item(row, 'decrypt'));
        return planIds.map((id) => opened.filter((row) => row.planId === id));
      },
    };
    this.pages = {
      name: 'followUpPlan.pages',
      read: async (looks) => {
        await this.trace(looks);
        return db.read(async (manager) => {
          const selects = looks.map(({ patient, after = '', limit }) => ({
            sql: "SELECT id FROM follow_up_plan WHERE patient_id = ? AND (? = '' OR id < ?) ORDER BY id DESC LIMIT ?",
            values: [patient.id, after, after, limit],
          }));
          const read = async (ids: string[]) =>
            (await manager.findBy(FollowUpPlan, { id: In(ids) })).map((row) => this.#plan(row, 'decrypt'));
          return readPages(manager, selects, read, latestFirst);
        });
      },
    };
  }

  /** Items of the plans that an account made, the earliest first. */
  async items({ createdBy, status, today, after, limit }: ItemQuery): Promise<FollowUpItem[]> {
    const rows = await this.#db.read((manager) => {
      const query = manager
        .createQueryBuilder(FollowUpItem, 'i')
        .where('i.createdBy = :createdBy', { createdBy });
      if (status !== undefined) {
        const isOpen = status === FollowUpItemStatus.PENDING || status === FollowUpItemStatus.OVERDUE;
        query.andWhere('i.status = :stored', { stored: isOpen ? FollowUpItemStatus.PENDING : status });
        if (isOpen) {
          query.andWhere(status === FollowUpItemStatus.OVERDUE ? 'i.dueOn < :today' : 'i.dueOn >= :today', {
            today,
          });
        }
      }
      if (after) query.andWhere('(i.dueOn > :dueOn OR (i.dueOn = :dueOn AND i.id > :id))', { ...after });
      return query.orderBy('i.dueOn', 'ASC').addOrderBy('i.id', 'ASC').limit(limit).getMany();
    });
    return rows.map((row) => this.#item(row, 'decrypt'));
  }

  async countOpen({ manager }: Tx, patientId: string): Promise<number> {
    return manager.countBy(FollowUpPlan, { patientId, status: FollowUpPlanStatus.OPEN });
  }

  async insert({ manager }: Tx, plan: FollowUpPlan, items: readonly FollowUpItem[]): Promise<void> {
    await manager.insert(FollowUpPlan, this.#plan(plan, 'encrypt'));
    await manager.insert(
      FollowUpItem,
      items.map((item) => this.#item(item, 'encrypt')),
    );
  }

  /** Its sealed column is not opened. The patient is held meanwhile, so it does not change. */
  async plan({ manager }: Tx, id: string): Promise<FollowUpPlan | null> {
    return manager.findOneBy(FollowUpPlan, { id });
  }

  /** As {@link plan}. */
  async item({ manager }: Tx, id: string): Promise<FollowUpItem | null> {
    return manager.findOneBy(FollowUpItem, { id });
  }

  /** As {@link plan}: of one plan, those that wait. */
  async pendingOf({ manager }: Tx, planId: string): Promise<FollowUpItem[]> {
    return manager.findBy(FollowUpItem, { planId, status: FollowUpItemStatus.PENDING });
  }

  /** As {@link plan}: measurements that wait, the one from the latest day first. */
  async pendingMeasurements(
    { manager }: Tx,
    patientId: string,
    kinds: readonly ObservationKind[],
  ): Promise<FollowUpItem[]> {
    return manager.find(FollowUpItem, {
      where: { patientId, status: FollowUpItemStatus.PENDING, observationKind: In([...kinds]) },
      order: { dueFrom: 'DESC', id: 'DESC' },
    });
  }

  /** As {@link plan}: what an observation fulfilled. */
  async fulfilledBy({ manager }: Tx, patientId: string, observationId: string): Promise<FollowUpItem[]> {
    return manager.findBy(FollowUpItem, { patientId, observationId });
  }

  async changeItem(
    { manager }: Tx,
    { id, version }: FollowUpItem,
    change: Partial<FollowUpItem>,
  ): Promise<void> {
    await manager.update(FollowUpItem, { id }, { ...change, version: version + 1 });
  }

  async changePlan(
    { manager }: Tx,
    { id, version }: FollowUpPlan,
    change: Partial<FollowUpPlan>,
  ): Promise<void> {
    await manager.update(FollowUpPlan, { id }, { ...change, version: version + 1 });
  }

  #plan(row: FollowUpPlan, way: Way): FollowUpPlan {
    const place = { table: 'follow_up_plan', column: 'title', rowId: row.id };
    return Object.assign(new FollowUpPlan(), row, { title: this.#cipher[way](row.title, place) });
  }

  #item(row: FollowUpItem, way: Way): FollowUpItem {
    const place = { table: 'follow_up_item', column: 'text', rowId: row.id };
    return Object.assign(new FollowUpItem(), row, { text: this.#cipher[way](row.text, place) });
  }
}
