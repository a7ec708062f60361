import type { Tx } from '../db/db.ts';

interface Row {
  readonly target: string;
  readonly position: string;
}

/** How far each column has come, in the table `key_rotation`. */
export class RotationProgress {
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /**
   * Where to go on, the values of a primary key, empty for the beginning; undefined when a run to this target has been
   * through the column already.
   */
  async begin({ manager }: Tx, place: string, target: string): Promise<string[] | undefined> {
    const [known] = await manager.query<(Row & { finished_at: Date | null })[]>(
      'SELECT target, position, finished_at FROM key_rotation WHERE place = ? FOR UPDATE',
      [place],
    );
    if (known?.target === target) {
      return known.finished_at === null ? (JSON.parse(known.position) as string[]) : undefined;
    }
    await manager.query(
      `INSERT INTO key_rotation (place, target, position, rewritten, moved_at) VALUES (?, ?, '[]', 0, ?)
       ON DUPLICATE KEY UPDATE target = VALUES(target), position = VALUES(position), rewritten = 0,
         moved_at = VALUES(moved_at), finished_at = NULL`,
      [place, target, this.#now()],
    );
    return [];
  }

  async move({ manager }: Tx, place: string, position: readonly string[], rewritten: number): Promise<void> {
    await manager.query(
      'UPDATE key_rotation SET position = ?, rewritten = rewritten + ?, moved_at = ? WHERE place = ?',
      [JSON.stringify(position), rewritten, this.#now(), place],
    );
  }

  async finish({ manager }: Tx, place: string): Promise<void> {
    await manager.query('UPDATE key_rotation SET finished_at = ? WHERE place = ?', [this.#now(), place]);
  }

  /** From the beginning once more: something was written behind the place reached. */
  async restart({ manager }: Tx, place: string): Promise<void> {
    await manager.query(
      "UPDATE key_rotation SET position = '[]', finished_at = NULL, moved_at = ? WHERE place = ?",
      [this.#now(), place],
    );
  }
}
