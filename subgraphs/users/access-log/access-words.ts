const WORDS: Record<string, readonly [zh: string, en: string]> = {
  'patient.add': ['添加就诊人', 'added the patient'],
  'patient.revive': ['重新添加就诊人', 'added the patient again'],
  'patient.update': ['修改就诊人信息', 'changed the data of the patient'],
  'patient.remove': ['移除就诊人', 'removed the patient'],
  'patient.search': ['检索就诊人', 'found the patient by a search'],
  'patient.share': ['发起共享', 'offered to share the patient'],
  'patient.share_accept': ['接受共享', 'accepted the share'],
  'patient.share_revoke': ['终止共享', 'ended the share'],
  'patient.transfer_offer': ['发起转移', 'offered to hand the patient over'],
  'patient.transfer_accept': ['接受转移', 'took the patient over'],
  'patient.transfer_decline': ['拒绝转移', 'declined to take the patient over'],
  'patient.transfer_cancel': ['撤销转移', 'took the offer back'],
  'consent.give': ['同意', 'consented'],
  'consent.withdraw': ['撤回同意', 'withdrew a consent'],
  'health_archive.read': ['查看健康档案', 'read the health archive'],
  'health_archive.change': ['修改健康档案', 'changed the health archive'],
  'medical_record.read': ['查看病历', 'read a medical record'],
  'prescription.read': ['查看处方', 'read a prescription'],
  'attachment.read': ['查看附件', 'opened an attachment'],
  'prescription.sign': ['签署处方', 'signed a prescription'],
};

/** What an action is called; one without a name of its own is still told, as a look or a change. */
export function wordsOf(action: string, isEnglish: boolean): string {
  const [zh, en] =
    WORDS[action] ??
    (action.endsWith('.read') ? ['查看数据', 'read data'] : ['新增或修改数据', 'added or changed data']);
  return isEnglish ? en : zh;
}
