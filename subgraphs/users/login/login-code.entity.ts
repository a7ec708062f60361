import { Column, Entity, PrimaryColumn } from 'typeorm';

const instant = { type: 'datetime', precision: 3, nullable: true } as const;

/** The last code of a phone and how many it got; locked while a code is made or tried. */
@Entity('login_code')
export class LoginCode {
  @PrimaryColumn({ type: 'char', length: 64, name: 'phone_index' })
  phoneIndex!: string;

  /** Null once used, burnt or never sent. */
  @Column({ type: 'char', length: 64, name: 'code_hash', nullable: true })
  codeHash!: string | null;

  @Column({ type: 'int', name: 'wrong_tries' })
  wrongTries!: number;

  @Column({ ...instant, name: 'sent_at' })
  sentAt!: Date | null;

  @Column({ ...instant, name: 'hour_began_at' })
  hourBeganAt!: Date | null;

  @Column({ type: 'int', name: 'sent_in_hour' })
  sentInHour!: number;

  @Column({ ...instant, name: 'day_began_at' })
  dayBeganAt!: Date | null;

  @Column({ type: 'int', name: 'sent_in_day' })
  sentInDay!: number;
}
