import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import type { TerminalKind } from '../../../shared/context/client-info.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

const instant = { type: 'datetime', precision: 3 } as const;
const toBoolean = { to: (value: boolean) => value, from: (value: number | boolean) => Boolean(value) };

export const Terminal = {
  WEB: 'WEB',
  IOS: 'IOS',
  ANDROID: 'ANDROID',
  MINI_PROGRAM: 'MINI_PROGRAM',
  OTHER: 'OTHER',
} as const satisfies Record<TerminalKind, TerminalKind>;

registerEnumType(Terminal, {
  name: 'Terminal',
  description: 'On what somebody logs in. 终端类型',
  valuesConfig: {
    WEB: { description: '浏览器' },
    IOS: { description: 'iOS 应用' },
    ANDROID: { description: '安卓应用' },
    MINI_PROGRAM: { description: '小程序' },
    OTHER: { description: '其他' },
  },
});

export enum SessionEnd {
  LOGOUT = 'LOGOUT',
  REVOKED = 'REVOKED',
  REVOKED_BY_ADMIN = 'REVOKED_BY_ADMIN',
  TERMINAL_LIMIT = 'TERMINAL_LIMIT',
  REFRESH_TOKEN_REUSED = 'REFRESH_TOKEN_REUSED',
  SECOND_FACTOR_RESET = 'SECOND_FACTOR_RESET',
  ACCOUNT_CLOSED = 'ACCOUNT_CLOSED',
  IDENTITY_UNLINKED = 'IDENTITY_UNLINKED',
}

registerEnumType(SessionEnd, {
  name: 'SessionEnd',
  description: 'Why a login has ended before its time. 会话结束原因',
  valuesConfig: {
    LOGOUT: { description: 'Its owner logged out. 退出登录' },
    REVOKED: { description: 'Its owner ended it from another login. 本人下线' },
    REVOKED_BY_ADMIN: { description: 'An administrator ended it. 管理员下线' },
    TERMINAL_LIMIT: { description: 'There were too many on this kind of terminal. 超出终端数量上限' },
    REFRESH_TOKEN_REUSED: { description: 'An old refresh token was used again. 刷新令牌被重复使用' },
    SECOND_FACTOR_RESET: { description: 'The second factor was reset. 二次验证被重置' },
    ACCOUNT_CLOSED: { description: 'The account was suspended or erased. 账号停用' },
    IDENTITY_UNLINKED: { description: 'The way to log in that began it was unlinked. 登录方式已解绑' },
  },
});

/** One login on one terminal, from the code to the logout. */
@Entity('session')
@ObjectType({ description: 'A login on a terminal. 登录会话' })
export class Session {
  @Field(() => ID, { description: 'Identifier, `ses_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  /** By which way to log in it began; null for one of the demo, and for those from before this was kept. */
  @Column({ ...idColumn, name: 'identity_id', nullable: true })
  identityId!: string | null;

  @Field(() => Terminal, { description: 'On what, as the client told. 终端' })
  @Column({ ...idColumn, length: 16 })
  terminal!: TerminalKind;

  @Field(() => String, { description: 'Such as `Chrome · Windows`; empty if not known. 设备名称' })
  @Column({ type: 'varchar', length: 64, name: 'device_name' })
  deviceName!: string;

  /** In clear here and encrypted in the row: only the store reads and writes it. */
  @Column({ ...idColumn, length: 255, nullable: true })
  ip!: string | null;

  @Field(() => DateTime, { description: 'When it began. 登录时间' })
  @Column({ ...instant, name: 'created_at' })
  createdAt!: Date;

  @Column({ ...instant, name: 'last_seen_at', nullable: true })
  lastSeenAt!: Date | null;

  @Field(() => DateTime, { description: 'When it ends by itself. 到期时间' })
  @Column({ ...instant, name: 'expires_at' })
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was ended before that. 结束时间' })
  @Column({ ...instant, name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Field(() => SessionEnd, { nullable: true, description: 'Why it was ended. 结束原因' })
  @Column({ ...idColumn, length: 32, name: 'end_reason', nullable: true })
  endReason!: SessionEnd | null;

  /** When the second factor was given in it. */
  @Column({ ...instant, name: 'second_factor_at', nullable: true })
  secondFactorAt!: Date | null;

  /** One that the platform began for its demo accounts: it counts for no limit. */
  @Column({ type: 'tinyint', name: 'is_demo', transformer: toBoolean })
  isDemo!: boolean;
}

/** Every refresh token that a session ever had, so that the second use of an old one is noticed. */
@Entity('refresh_token')
export class RefreshToken {
  @PrimaryColumn({ type: 'char', length: 64, name: 'token_hash' })
  tokenHash!: string;

  @Column({ ...idColumn, name: 'session_id' })
  sessionId!: string;

  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;

  /** When it was first exchanged for the next one. */
  @Column({ type: 'datetime', precision: 3, name: 'used_at', nullable: true })
  usedAt!: Date | null;

  /** When an access token that was issued together with it was first used. */
  @Column({ type: 'datetime', precision: 3, name: 'access_used_at', nullable: true })
  accessUsedAt!: Date | null;
}
