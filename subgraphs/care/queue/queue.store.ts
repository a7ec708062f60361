import { addDays, businessDay } from '../../../shared/clock/business-day.ts';
import type { Place } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { QueueTicket, QueueTicketStatus } from './queue-ticket.entity.ts';

type Row = Omit<QueueTicket, 'ahead'> & { readonly ahead: string };

/** One statement, so that a ticket, its place and the version of its queue are of one moment. */
const SELECT = `
  SELECT t.id, t.schedule_id AS scheduleId, t.appointment_id AS appointmentId, t.account_id AS accountId,
    t.doctor_account_id AS doctorAccountId, t.number, t.status, t.issued_at AS issuedAt, t.called_at AS calledAt,
    t.done_at AS doneAt, s.queue_version AS version, s.hospital_id AS hospitalId, s.department_id AS departmentId,
    (SELECT COUNT(*) FROM queue_ticket o
      WHERE o.schedule_id = t.schedule_id AND o.status = 'WAITING' AND t.status = 'WAITING' AND o.number < t.number
    ) AS ahead
  FROM queue_ticket t JOIN schedule s ON s.id = t.schedule_id`;

/** Business days, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** Whether a doctor may call patients at a place. */
export type MayCall = (place: Place) => boolean;

/** Whom a doctor may call, and at which places. */
export interface Callable {
  readonly ids: readonly string[];
  readonly mayCall: MayCall;
}

/** The days whose patients a doctor may call: who checked in before midnight is still called after it. */
export function callableDays(now: Date): Days {
  const to = businessDay(now);
  return { from: addDays(to, -1), to };
}

/** Somebody in a queue. */
export interface Waiting {
  readonly appointmentId: string;
  readonly patientId: string;
}

/** How many of those who wait are looked at for one call. */
const MAX_WAITING = 100;

export class QueueStore {
  readonly #db: Db;
  readonly byAppointment: BatchRead<string, QueueTicket>;

  constructor(db: Db) {
    this.#db = db;
    this.byAppointment = {
      name: 'queueTicket.byAppointment',
      read: async (ids) => {
        const rows = await db.read((manager) => select(manager, 't.appointment_id IN (?)', [[...ids]]));
        return inOrder(ids, rows, (row) => row.appointmentId);
      },
    };
  }

  /** As it is now; from the primary, since a feed that lags would show a place that is no more. */
  async current(id: string): Promise<QueueTicket | null> {
    const [row] = await this.#db.readPrimary((manager) => select(manager, 't.id = ?', [id]));
    return row ?? null;
  }

  async get({ manager }: Tx, id: string): Promise<QueueTicket> {
    const [row] = await select(manager, 't.id = ?', [id]);
    if (row === undefined) throw new Error('a queue ticket is gone');
    return row;
  }

  /** Those who wait for a doctor or are with one, on some days, in the order in which they are called. */
  async ofDays(doctorAccountId: string, { from, to }: Days): Promise<QueueTicket[]> {
    return this.#db.read((manager) =>
      select(
        manager,
        `s.doctor_account_id = ? AND s.day BETWEEN ? AND ? AND t.status IN ('WAITING', 'CALLED')
         ORDER BY s.starts_at, t.number`,
        [doctorAccountId, from, to],
      ),
    );
  }

  /** Takes the next number of a session. Its row is held until the transaction ends: numbers have no gap. */
  async nextNumber(tx: Tx, scheduleId: string): Promise<number> {
    const [row] = await tx.manager.query<{ last_ticket: number }[]>(
      'SELECT last_ticket FROM schedule WHERE id = ? FOR UPDATE',
      [scheduleId],
    );
    const number = (row?.last_ticket ?? 0) + 1;
    await tx.manager.query(
      'UPDATE schedule SET last_ticket = ?, queue_version = queue_version + 1 WHERE id = ?',
      [number, scheduleId],
    );
    return number;
  }

  /** Holds a session with its queue until the end of the transaction. */
  async lockSession({ manager }: Tx, scheduleId: string): Promise<void> {
    await manager.query('SELECT id FROM schedule WHERE id = ? FOR UPDATE', [scheduleId]);
  }

  async insert({ manager }: Tx, ticket: QueueTicket): Promise<void> {
    await manager.insert(QueueTicket, ticket);
  }

  /**
   * Those who wait for a doctor on some days where the doctor may call, as of now, in the order in which they are called;
   * 100 at most.
   */
  async waiting(doctorAccountId: string, days: Days, mayCall: MayCall): Promise<Waiting[]> {
    return this.#db.readPrimary(async (manager) => {
      const sessions = (await sessionsOf(manager, doctorAccountId, days)).filter(mayCall);
      if (sessions.length === 0) return [];
      return manager.query<Waiting[]>(
        `SELECT a.id AS appointmentId, a.patient_id AS patientId
         FROM schedule s JOIN queue_ticket t ON t.schedule_id = s.id JOIN appointment a ON a.id = t.appointment_id
         WHERE s.id IN (?) AND t.status = 'WAITING'
         ORDER BY s.starts_at, t.number LIMIT ${MAX_WAITING}`,
        [sessions.map((each) => each.id)],
      );
    });
  }

  /**
   * The first of some appointments that waits for a doctor on some days. The sessions are held until the transaction ends,
   * so that two calls find two patients.
   * @param among the appointments, and at which places the doctor may call
   * @throws AppError FORBIDDEN when it is at none of the sessions'
   */
  async firstWaiting(
    { manager }: Tx,
    doctorAccountId: string,
    days: Days,
    { ids: appointmentIds, mayCall }: Callable,
  ): Promise<QueueTicket | null> {
    const all = await sessionsOf(manager, doctorAccountId, days, 'FOR UPDATE');
    if (all.length === 0) return null;
    const sessions = all.filter(mayCall);
    if (sessions.length === 0) throw new AppError('FORBIDDEN');
    if (appointmentIds.length === 0) return null;
    const [first] = await select(
      manager,
      `t.schedule_id IN (?) AND t.status = 'WAITING' AND t.appointment_id IN (?)
       ORDER BY s.starts_at, t.number LIMIT 1`,
      [sessions.map((each) => each.id), [...appointmentIds]],
    );
    return first ?? null;
  }

  /** Moves a ticket on. @returns false when somebody else has done so */
  async move(
    { manager }: Tx,
    { id, scheduleId }: Pick<QueueTicket, 'id' | 'scheduleId'>,
    from: QueueTicketStatus,
    to: QueueTicketStatus.CALLED | QueueTicketStatus.DONE | QueueTicketStatus.CANCELLED,
    at: Date,
  ): Promise<boolean> {
    const stamp = to === QueueTicketStatus.CALLED ? { calledAt: at } : { doneAt: at };
    const { affected } = await manager.update(QueueTicket, { id, status: from }, { status: to, ...stamp });
    if (affected !== 1) return false;
    await manager.query('UPDATE schedule SET queue_version = queue_version + 1 WHERE id = ?', [scheduleId]);
    return true;
  }

  async ofAppointment({ manager }: Tx, appointmentId: string): Promise<QueueTicket | null> {
    return manager.findOneBy(QueueTicket, { appointmentId });
  }
}

/** The sessions of a doctor on some days, and where they are held. */
async function sessionsOf(
  manager: Tx['manager'],
  doctorAccountId: string,
  { from, to }: Days,
  lock: '' | 'FOR UPDATE' = '',
): Promise<(Place & { readonly id: string })[]> {
  return manager.query(
    `SELECT id, hospital_id AS hospitalId, department_id AS departmentId FROM schedule
     WHERE doctor_account_id = ? AND day BETWEEN ? AND ? ORDER BY id ${lock}`,
    [doctorAccountId, from, to],
  );
}

async function select(
  manager: Tx['manager'],
  condition: string,
  parameters: unknown[],
): Promise<QueueTicket[]> {
  const rows = await manager.query<Row[]>(`${SELECT} WHERE ${condition}`, parameters);
  return rows.map((row) => Object.assign(new QueueTicket(), row, { ahead: Number(row.ahead) }));
}
