import { DoctorTitle } from '../doctor/doctor.entity.ts';

/** The demo people. Their keys are natural: other subgraphs derive the same identifiers from them. */
export const doctors = [
  ['demo-doctor-01', '王建国', DoctorTitle.CHIEF, '高血压、冠心病、心力衰竭'],
  ['demo-doctor-02', '刘雅琴', DoctorTitle.ASSOCIATE_CHIEF, '哮喘、慢性阻塞性肺疾病'],
  ['demo-doctor-03', '陈志远', DoctorTitle.ATTENDING, '胃炎、消化性溃疡'],
  ['demo-doctor-04', '赵敏', DoctorTitle.CHIEF, '糖尿病、甲状腺疾病'],
  ['demo-doctor-05', '孙丽华', DoctorTitle.ASSOCIATE_CHIEF, '儿童呼吸道疾病、儿童保健'],
  ['demo-doctor-06', '周海涛', DoctorTitle.ATTENDING, '湿疹、荨麻疹'],
] as const;

export const accounts = [
  ['demo-patient-01', '李晓梅', 'PATIENT', '+8613800000001'],
  ['demo-patient-02', '张伟', 'PATIENT', '+8613800000002'],
  ...doctors.map(([key, name], index) => [key, name, 'DOCTOR', `+861380000001${index}`] as const),
  ['demo-pharmacist-01', '吴芳', 'PHARMACIST', '+8613800000021'],
  ['demo-pharmacist-02', '许静', 'PHARMACIST', '+8613800000022'],
  ['demo-admin-01', '郑管理', 'ADMIN', '+8613800000031'],
  ['demo-admin-02', '冯主任', 'ADMIN', '+8613800000032'],
  ['demo-analyst-01', '何分析', 'ANALYST', '+8613800000041'],
] as const;
