import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { UsersContext } from '../context.ts';
import { authorOf } from './archive-author.resolver.ts';
import { ArchiveAuthor } from './archive-author.types.ts';
import type { ArchiveEntry } from './archive-entry.entity.ts';
import { changesIn } from './archive-history.ts';
import { ArchiveChange, ArchiveVersion, ArchiveVersionConnection } from './archive-history.types.ts';
import { HealthArchive } from './archive.entity.ts';
import { versionKey } from './archive.store.ts';

@Resolver(() => HealthArchive)
export class ArchiveHistoryResolver {
  @FieldResolver(() => ArchiveVersionConnection, {
    description: 'The versions up to this one, the newest first. 变更记录',
  })
  async history(
    @Root() { patientId, version }: HealthArchive,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<ArchiveVersionConnection> {
    const size = pageSize(first);
    const newest = Math.min(version, (cursorOf(after, versionOf) ?? version + 1) - 1);
    // Versions have no gaps. One more than asked for: the last one of the page is told by what was before it.
    const numbers = Array.from({ length: Math.min(size + 1, newest) }, (_, index) => newest - index);
    const archives = await Promise.all(
      numbers.map((number) =>
        loaders.get(services.archiveStore.versions, versionKey(patientId, number), 'HealthArchive'),
      ),
    );
    const versions = archives.map((archive, index) =>
      Object.assign(new ArchiveVersion(), {
        patientId,
        archive,
        before: archives[index + 1] ?? null,
        version: archive.version,
        changedAt: archive.updatedAt,
        source: archive.source,
      }),
    );
    return connectionOf(versions, size, (each) => String(each.version));
  }
}

@Resolver(() => ArchiveVersion)
export class ArchiveVersionResolver {
  @FieldResolver(() => ArchiveAuthor, {
    nullable: true,
    description: 'Who made it; null for versions of the time when that was not kept. 变更人',
  })
  async author(
    @Root() { patientId, archive: { changedBy } }: ArchiveVersion,
    @Ctx() context: UsersContext,
  ): Promise<ArchiveAuthor | null> {
    return changedBy === null ? null : authorOf(context, patientId, changedBy);
  }

  @FieldResolver(() => [ArchiveChange], {
    description: 'What is different from the version before. 变更内容',
  })
  async changes(
    @Root() version: ArchiveVersion,
    @Ctx() { loaders, services: { archiveStore } }: UsersContext,
  ): Promise<ArchiveChange[]> {
    const { allergies, conditions, medications, surgeries, familyHistory, immunisations } = archiveStore;
    const kinds: Record<string, BatchRead<string, ArchiveEntry[]>> = {
      allergies,
      conditions,
      medications,
      surgeries,
      familyHistory,
      immunisations,
    };
    const entries = await Promise.all(
      Object.entries(kinds).map(
        async ([field, kind]) => [field, (await loaders.of(kind).load(version.patientId)) ?? []] as const,
      ),
    );
    return changesIn(version, new Map(entries));
  }
}

/** @throws RangeError for text that is no version */
function versionOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new RangeError('not a version');
  return Number(text);
}
