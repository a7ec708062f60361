import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

/** How WeChat calls a person in one of our apps. */
@Entity('wechat_openid')
export class WechatOpenid {
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'identity_id' })
  identityId!: string;

  @Column({ type: 'char', length: 64, name: 'openid_index' })
  openidIndex!: string;

  /** Sealed, `<app>:<openid>`. */
  @Column({ type: 'varchar', length: 512 })
  openid!: string;

  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;
}
