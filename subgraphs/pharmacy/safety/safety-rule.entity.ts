import { Column, Entity, PrimaryColumn } from 'typeorm';
import { SafetyKind, SafetySeverity } from '../../../shared/safety/safety-finding.ts';

const code = { type: 'varchar', charset: 'ascii', collation: 'ascii_bin' } as const;

@Entity('safety_rule')
export class SafetyRule {
  /** As the collection of rules numbers it: findings and a doctor's reasons name it. */
  @PrimaryColumn({ ...code, length: 40 })
  id!: string;

  @Column({ ...code, length: 16 })
  kind!: SafetyKind;

  @Column({ ...code, length: 16 })
  severity!: SafetySeverity;

  /** JSON of `ruleDefinition`: which drugs, and under which condition. */
  @Column({ type: 'text' })
  definition!: string;

  @Column({ type: 'varchar', length: 500, name: 'effect_zh' })
  effectZh!: string;

  @Column({ type: 'varchar', length: 500, name: 'effect_en' })
  effectEn!: string;

  @Column({ type: 'varchar', length: 500 })
  source!: string;

  @Column({ type: 'varchar', length: 500, name: 'source_url', nullable: true })
  sourceUrl!: string | null;

  @Column({ type: 'varchar', length: 500, nullable: true })
  note!: string | null;

  /** The text of the source was read and supports it; the others stand on general knowledge of that kind of source. */
  @Column({ type: 'boolean', name: 'is_verified' })
  isVerified!: boolean;
}
