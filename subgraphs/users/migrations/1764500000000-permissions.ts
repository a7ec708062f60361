import type { MigrationInterface, QueryRunner } from 'typeorm';

const PERMISSIONS = {
  DOCTOR: ['schedule.publish', 'queue.call', 'record.write', 'prescription.write'],
  PHARMACIST: ['prescription.review', 'prescription.dispense', 'stock.manage', 'stock.read', 'order.read'],
  ADMIN: ['staff.license', 'hospital.manage', 'stats.read', 'audit.read'],
  ANALYST: ['stats.read'],
} as const;

export class Permissions1764500000000 implements MigrationInterface {
  readonly name = 'Permissions1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    const rows = Object.entries(PERMISSIONS).flatMap(([role, permissions]) =>
      permissions.map((permission) => [role, permission]),
    );
    await runner.query(
      `INSERT INTO role_permission (role, permission) VALUES ${rows.map(() => '(?, ?)').join(', ')}
       ON DUPLICATE KEY UPDATE permission = VALUES(permission)`,
      rows.flat(),
    );
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
