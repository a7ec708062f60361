import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { UsersContext } from '../context.ts';
import { Patient } from '../patient/patient.entity.ts';
import { pageKey } from './access-log.store.ts';
import { AccessLogConnection, AccessLogEntry, AccessVia } from './access-log.types.ts';
import { wordsOf } from './access-words.ts';

const isEnglish = ({ locale }: UsersContext) => locale.toLowerCase().startsWith('en');

@Resolver(() => AccessLogEntry)
export class AccessLogEntryResolver {
  @FieldResolver(() => String, {
    description: 'Who did it: name of the doctor, or what the account calls itself. 访问者',
  })
  who(@Root() { name, via }: AccessLogEntry, @Ctx() context: UsersContext): string {
    if (via === AccessVia.SYSTEM) return isEnglish(context) ? 'The platform' : '云E养系统';
    return name ?? (isEnglish(context) ? 'Somebody' : '未知用户');
  }

  @FieldResolver(() => Boolean, { description: 'Whether it was the caller. 是否本人操作' })
  isMine(@Root() { actor: by }: AccessLogEntry, @Ctx() { actor }: UsersContext): boolean {
    return actor.kind === 'account' && actor.accountId === by;
  }

  @FieldResolver(() => String, { description: 'What was done, in the language of the request. 操作' })
  what(@Root() { action }: AccessLogEntry, @Ctx() context: UsersContext): string {
    return wordsOf(action, isEnglish(context));
  }
}

@Resolver(() => Patient)
export class PatientAccessLogResolver {
  @FieldResolver(() => AccessLogConnection, {
    nullable: true,
    description:
      'Who read or changed what is known of the patient here and in the medical records, the newest first; for the ' +
      'guardian alone. UNAVAILABLE while the records cannot be asked. 谁看过我的档案',
  })
  async accessLog(
    @Root() { id: patientId }: Patient,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<AccessLogConnection> {
    const before = cursorOf(page.after, (text) => parseId('aud', text)) ?? '';
    const size = pageSize(page.first);
    const key = pageKey({ patientId, before, limit: size + 1 });
    const rows = (await loaders.of(services.accessLog.pages).load(key)) ?? [];
    return connectionOf(rows, size, ({ id }) => id);
  }
}
