import type { Scope } from '../../../shared/context/actor.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { DoctorTitle } from '../doctor/doctor.entity.ts';
import { PharmacistTitle } from '../staff/staff-title.ts';

/** The demo people. Their keys are natural: other subgraphs derive the same identifiers from them. */
export const doctors = [
  ['demo-doctor-01', '王建国', DoctorTitle.CHIEF, '高血压、冠心病、心力衰竭'],
  ['demo-doctor-02', '刘雅琴', DoctorTitle.ASSOCIATE_CHIEF, '哮喘、慢性阻塞性肺疾病'],
  ['demo-doctor-03', '陈志远', DoctorTitle.ATTENDING, '胃炎、消化性溃疡'],
  ['demo-doctor-04', '赵敏', DoctorTitle.CHIEF, '糖尿病、甲状腺疾病'],
  ['demo-doctor-05', '孙丽华', DoctorTitle.ASSOCIATE_CHIEF, '儿童呼吸道疾病、儿童保健'],
  ['demo-doctor-06', '周海涛', DoctorTitle.ATTENDING, '湿疹、荨麻疹'],
] as const;

/** For each doctor: hospital and department by their natural keys, and number of the licence, which is made up. */
export const doctorLicences = [
  ['demo-doctor-01', 'H001', '03.04', '110110000000001'],
  ['demo-doctor-02', 'H001', '03.01', '110110000000002'],
  ['demo-doctor-03', 'H002', '03.02', '110110000000003'],
  ['demo-doctor-04', 'H002', '03.07', '110110000000004'],
  ['demo-doctor-05', 'H003', '07', '110110000000005'],
  ['demo-doctor-06', 'H003', '13', '110110000000006'],
] as const;

/** With the pharmacy, by its natural key, and the number of the licence, which is made up. */
export const pharmacists = [
  ['demo-pharmacist-01', '吴芳', PharmacistTitle.PHARMACIST_IN_CHARGE, 'demo-pharmacy-01', '110000000001'],
  ['demo-pharmacist-02', '许静', PharmacistTitle.PHARMACIST, 'demo-pharmacy-01', '110000000002'],
] as const;

/** Where the role of a doctor or a pharmacist is granted: at the institution of the licence. Nothing for the others. */
export function placeOfStaff(key: string): { scope: Scope; scopeId: string } | undefined {
  const doctor = doctorLicences.find((each) => each[0] === key);
  if (doctor) return { scope: 'HOSPITAL', scopeId: stableId('hos', doctor[1]) };
  const pharmacist = pharmacists.find((each) => each[0] === key);
  return pharmacist && { scope: 'PHARMACY', scopeId: stableId('pha', pharmacist[3]) };
}

export const accounts = [
  ['demo-patient-01', '李晓梅', 'PATIENT', '+8613800000001'],
  ['demo-patient-02', '张伟', 'PATIENT', '+8613800000002'],
  ...doctors.map(([key, name], index) => [key, name, 'DOCTOR', `+861380000001${index}`] as const),
  ...pharmacists.map(([key, name], index) => [key, name, 'PHARMACIST', `+861380000002${index + 1}`] as const),
  ['demo-admin-01', '郑管理', 'ADMIN', '+8613800000031'],
  ['demo-admin-02', '冯主任', 'ADMIN', '+8613800000032'],
  ['demo-auditor-01', '沈审计', 'AUDITOR', '+8613800000051'],
  ['demo-analyst-01', '何分析', 'ANALYST', '+8613800000041'],
] as const;
