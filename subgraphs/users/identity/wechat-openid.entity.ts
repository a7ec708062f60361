import { Column, Entity, PrimaryColumn } from 'typeorm';

const id = { type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' } as const;

/** How WeChat calls a person in one of our apps. */
@Entity('wechat_openid')
export class WechatOpenid {
  @PrimaryColumn(id)
  id!: string;

  @Column({ ...id, name: 'identity_id' })
  identityId!: string;

  @Column({ type: 'char', length: 64, name: 'openid_index' })
  openidIndex!: string;

  /** Sealed, `<app>:<openid>`. */
  @Column({ type: 'varchar', length: 512 })
  openid!: string;

  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;
}
