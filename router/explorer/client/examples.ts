/** What a newcomer tries first; each becomes a tab. */
export const examples = [
  {
    query: `# 医生与医院 · anybody: doctors (users) with their hospitals (care)
query Doctors {
  doctors(first: 3) {
    edges { node { id name title specialties hospital { name city } } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# 附近医院与号源 · anybody: hospitals near, and what can be booked
query Near($near: GeoPointInput!) {
  hospitalsNear(near: $near, radiusKm: 10, first: 5) { distanceMetres hospital { name level } }
  availableSlots(first: 5) {
    edges { node { id startsAt remaining fee doctor { name title } hospital { name } department { name } } }
  }
}
`,
    variables: '{ "near": { "latitude": 39.9163, "longitude": 116.3972, "datum": "GCJ02" } }',
  },
  {
    query: `# 问诊 · sign in as 李晓梅 (patient) or 王建国 (doctor)
query Consultation($id: ID!) {
  consultation(id: $id) {
    status
    doctor { name hospital { name } }
    messages { seq sender body sentAt }
  }
}
`,
    variables: '{ "id": "DEMO_CONSULTATION" }',
  },
  {
    query: `# 实时消息 · run it, then send a message in another window
subscription Chat($id: ID!) {
  chatMessageAdded(consultationId: $id, afterSeq: 0) {
    seq sender body consultation { doctor { name } }
  }
}
`,
    variables: '{ "id": "DEMO_CONSULTATION" }',
  },
  {
    query: `# 发送消息 · give every message a key of its own
mutation Send($input: SendChatMessageInput!) {
  sendChatMessage(input: $input) { id seq sentAt }
}
`,
    variables:
      '{ "input": { "consultationId": "DEMO_CONSULTATION", "body": "您好", "idempotencyKey": "first" } }',
  },
  {
    query: `# 我的就诊人 · sign in as 李晓梅 (patient)
query Family {
  myPatients { id name ageYears archive { version allergies { name severity } conditions { code name } } }
}
`,
  },
  {
    query: `# 今日候诊 · sign in as 王建国 (doctor)
query Queue {
  myQueue { number status ahead appointment { patient { name } } }
}
`,
  },
  {
    query: `# 待审处方 · sign in as 吴芳 (pharmacist)
query Reviews {
  prescriptionReviews(status: PENDING, first: 10) {
    edges { node { id version receivedAt sheet { patientName doctorName } findings { severity message source } } }
  }
}
`,
  },
  {
    query: `# 账号与角色 · sign in as 郑管理 (administrator)
query Me {
  me { displayName grants { role scope permissions } }
}
`,
  },
  {
    query: `# 统计 · sign in as 何分析 (analyst)
query Reports($from: Date!, $to: Date!) {
  heatMap(from: $from, to: $to) { latitude longitude visits }
  topDrugs(from: $from, to: $to, first: 10) { rank quantity amount sku { name } }
  doctorEfficiency(from: $from, to: $to, first: 10) { consultations averageWaitSeconds doctor { name } }
}
`,
    variables: '{ "from": "2026-11-01", "to": "2026-12-31" }',
  },
];
