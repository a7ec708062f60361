/** Purpose, title and text of each first document, in Chinese and English. */
export const FIRST_DOCUMENTS: readonly (readonly [string, string, string, string, string])[] = [
  [
    'PRIVACY_POLICY',
    '云E养隐私政策',
    'Privacy policy of 云E养',
    '我们为提供预约挂号、在线问诊、处方与购药服务，处理您的手机号、姓名、身份证号等个人信息，按最小必要原则加密保存于中国境内，' +
      '不向无关第三方提供。您可随时查阅、更正、复制您的信息，撤回同意或注销账号；撤回不影响此前已进行的处理。' +
      '依法须保存的病历、处方和日志在法定期限内继续保存。（《个人信息保护法》第十四、十五、十七、四十四至四十七条）',
    'To book, consult, prescribe and sell medicine for you we process your phone number, name and identity number, no ' +
      'more than is needed, encrypted and stored within mainland China, and give them to nobody who has no part in it. ' +
      'You may read, correct and copy your data, withdraw your consent or close the account at any time; what was done ' +
      'before stays lawful. Medical records, prescriptions and logs are kept for as long as the law demands. (Personal ' +
      'Information Protection Law, articles 14, 15, 17, 44 to 47)',
  ],
  [
    'HEALTH_DATA',
    '健康信息处理单独同意书',
    'Separate consent to the processing of health data',
    '健康信息属于敏感个人信息。为核对用药禁忌、供接诊医生了解病情，我们处理您录入的过敏史、病史、用药、检验与体征数据。' +
      '仅您、您授权的人以及与您有诊疗关系的医务人员可以查看，每次查看均留有记录供您查询。' +
      '不同意不影响您使用不涉及健康信息的功能。您可随时撤回：撤回后不再新增处理，已形成的病历依法保存，已有档案不会因此删除。' +
      '（《个人信息保护法》第二十八至三十条）',
    'Health data are sensitive personal information. To check medicines against contraindications and to let the ' +
      'doctor who treats you know your condition we process the allergies, diseases, medicines, test results and vital ' +
      'signs that you enter. You, those you allow, and the staff who treat you alone may see them, and every look is ' +
      'listed for you. Without this consent everything that needs no health data still works. You may withdraw it at ' +
      'any time: nothing new is processed then; medical records are kept by law, and the archive is not deleted by it. ' +
      '(Personal Information Protection Law, articles 28 to 30)',
  ],
  [
    'MINOR_GUARDIAN',
    '儿童个人信息监护人同意书',
    'Consent of the guardian of a child under 14',
    '您为不满十四周岁的未成年人添加就诊信息，须为其父母或其他监护人。您确认具有监护权，并同意我们按《儿童个人信息网络保护规定》' +
      '为其诊疗处理姓名、身份证号和健康信息。您可随时查阅、更正、删除或撤回同意。孩子年满十四周岁后，须取得其本人同意。' +
      '（《个人信息保护法》第三十一条）',
    'You add somebody under 14 and must be a parent or another guardian of theirs. You confirm that you are, and ' +
      'consent to the processing of their name, identity number and health data for their treatment under the ' +
      'Provisions on the Protection of Children’s Personal Information Online. You may read, correct, delete, or ' +
      'withdraw at any time. From the age of 14 the child’s own consent is needed. (Personal Information Protection ' +
      'Law, article 31)',
  ],
  [
    'SHARING',
    '就诊人信息共享同意书',
    'Consent to the sharing of a patient',
    '您同意将所选就诊人的基本信息和健康档案提供给您指定手机号的账号持有人，权限为查看或管理。对方不能转让、移除、再次共享，' +
      '也看不到完整身份证号。您和对方均可随时终止，终止立即生效；其查看记录可在“谁看过我的档案”中查询。' +
      '（《个人信息保护法》第二十三条）',
    'You consent that the basic data and the health archive of the chosen patient are shown to the owner of the phone ' +
      'number you name, who may view or manage them. They cannot transfer, remove or share the patient on, nor see the ' +
      'whole identity number. Either side may end it at any time, at once; their looks are in “who saw my record”. ' +
      '(Personal Information Protection Law, article 23)',
  ],
];
