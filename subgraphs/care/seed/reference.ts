import { readFileSync } from 'node:fs';
import type { Db } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { Department } from '../department/department.entity.ts';
import { Hospital } from '../hospital/hospital.entity.ts';

interface HospitalRow {
  readonly id: string;
  readonly name_zh: string;
  readonly level: string | null;
  readonly province: string;
  readonly city: string;
  readonly address: string;
  readonly wgs84: { readonly lng: number; readonly lat: number };
}

interface DepartmentRow {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly parent: string | null;
}

function departments(): Department[] {
  const rows = JSON.parse(
    readFileSync(new URL('./departments.json', import.meta.url), 'utf8'),
  ) as DepartmentRow[];
  return rows.map(({ code, zh, en, parent }) =>
    Object.assign(new Department(), {
      id: stableId('dep', code),
      code,
      nameZh: zh,
      nameEn: en,
      parentId: parent === null ? null : stableId('dep', parent),
    }),
  );
}

/** Fills in the hospitals and the departments of the national list; running it again brings them up to date. */
export async function loadReference(db: Db): Promise<void> {
  const rows = JSON.parse(
    readFileSync(new URL('./hospitals.json', import.meta.url), 'utf8'),
  ) as HospitalRow[];
  await db.transaction(async ({ manager }) => {
    await manager.upsert(
      Hospital,
      rows.map((row) => ({
        id: stableId('hos', row.id),
        name: row.name_zh,
        level: row.level,
        province: row.province,
        city: row.city,
        address: row.address,
        latitude: row.wgs84.lat,
        longitude: row.wgs84.lng,
      })),
      ['id'],
    );
    await manager.upsert(Department, departments(), ['id']);
  });
}
