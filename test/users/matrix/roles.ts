/** Everybody whom the matrix knows; each role is an account that holds it for the whole platform, a doctor and a pharmacist at the place of their licence. */
export const ROLES = ['NOBODY', 'PATIENT', 'DOCTOR', 'PHARMACIST', 'ADMIN', 'AUDITOR', 'ANALYST'] as const;

export type MatrixRole = (typeof ROLES)[number];

export const LOGGED_IN: readonly MatrixRole[] = ROLES.filter((role) => role !== 'NOBODY');
export const NONE: readonly MatrixRole[] = [];
