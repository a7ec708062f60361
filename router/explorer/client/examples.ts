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
    query: `# 附近医院 · anybody: the hospitals of a city
query Hospitals($city: String) {
  hospitals(city: $city, first: 10) {
    edges { node { id name level address latitude longitude } }
  }
}
`,
    variables: '{ "city": "北京市" }',
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
];
