import type { Reason } from '../reason.ts';

const policy = {
  layer: 'policy',
  fault: 'receiver',
  permanence: 'permanent',
  action: 'none',
  scope: 'domain',
} as const;
const theirs = {
  layer: 'receiver',
  fault: 'receiver',
  permanence: 'temporary',
  action: 'retry',
  scope: 'domain',
} as const;

/** The receiving organisation's rules, or the state of its servers. */
export const receiverReasons = {
  policy: {
    ...policy,
    sisimai: 'policyviolation',
    textJa: '受信側の規則により拒否されました。理由の詳細は示されていません。',
    textEn: 'Refused by a rule of the receiving organisation, which does not say more.',
    fixJa: '応答文を添えて、受信側の管理者に許可の条件を問い合わせてください。',
    fixEn: 'Send the answer to the receiving administrator and ask what would be accepted.',
  },
  access_denied: {
    ...policy,
    sisimai: 'securityerror',
    textJa: '受信側の安全上の設定により、アクセスが拒否されました。',
    textEn: 'Access refused by the security settings of the receiver.',
    fixJa: '受信側の管理者に、当社からの受信を許可していただけるか確認してください。',
    fixEn: 'Ask the receiving administrator whether mail from us can be allowed.',
  },
  relay_denied: {
    ...policy,
    sisimai: 'norelaying',
    textJa:
      '応答したサーバーは、この宛先ドメインのメールを扱っていません(中継拒否)。宛先ドメインの MX の設定ミスか、アドレスの誤りです。',
    textEn:
      'The server that answered does not handle this domain (relay denied): its MX record is wrong, or the address is.',
    fixJa: 'アドレスのドメインを確認し、正しければ受信側の管理者に MX の確認を依頼してください。',
    fixEn: 'Check the domain of the address; if it is right, its administrator must look at the MX record.',
  },
  auth_required: {
    ...policy,
    sisimai: 'securityerror',
    textJa: '宛先は社内など認証済みの差出人からのメールだけを受け取る設定です。',
    textEn: 'The recipient takes mail only from authenticated senders, such as colleagues.',
    fixJa: '受信側の管理者に、外部からの受信を許可していただいてください。',
    fixEn: 'The receiving administrator must allow senders from outside.',
  },
  protocol_error: {
    ...policy,
    permanence: 'unknown',
    sisimai: 'syntaxerror',
    textJa: 'サーバー間のやりとり(SMTP)が受信側で誤りとして扱われました。',
    textEn: 'The receiver found an error in the SMTP dialogue.',
    fixJa: '続くようであれば、応答文を添えて AWS サポートに連絡してください。',
    fixEn: 'When it persists, send the answer to AWS Support.',
  },
  receiver_error: {
    ...theirs,
    sisimai: 'systemerror',
    textJa: '受信側のサーバーの障害または設定の誤りで、受け取れませんでした。',
    textEn: 'The receiving server has a fault or is misconfigured.',
    fixJa: '時間をおいて送り直してください。続く場合は受信側の管理者に連絡してください。',
    fixEn: 'Send again later; when it persists, tell the receiving administrator.',
  },
  receiver_full: {
    ...theirs,
    sisimai: 'systemfull',
    textJa: '受信側のサーバーのディスクなど、資源が不足しています。',
    textEn: 'The receiving server is short of disk or other resources.',
    fixJa: '時間をおいて送り直してください。',
    fixEn: 'Send again later.',
  },
  mailer_error: {
    ...theirs,
    sisimai: 'mailererror',
    textJa: '受信側でメールを引き渡すプログラム(転送、振り分けなど)が失敗しました。',
    textEn: 'A program at the receiver that hands the mail on (forwarding, sorting) failed.',
    fixJa: 'お客様または受信側の管理者に、転送や振り分けの設定を確認していただいてください。',
    fixEn: 'The customer or the receiving administrator must look at forwarding and sorting rules.',
  },
  receiver_down: {
    ...theirs,
    sisimai: 'expired',
    textJa: '受信側のサーバーに接続できない、または応答がありません。',
    textEn: 'The receiving server cannot be reached or does not answer.',
    fixJa: '時間をおいて送り直してください。ドメインの打ち間違いの可能性もあります。',
    fixEn: 'Send again later. A mistyped domain can look like this too.',
  },
  network_error: {
    ...theirs,
    sisimai: 'networkerror',
    textJa: '受信側までの通信の途中で失敗しました。',
    textEn: 'The connection to the receiver failed on the way.',
    fixJa: '時間をおいて送り直してください。',
    fixEn: 'Send again later.',
  },
  dns_temp: {
    ...theirs,
    sisimai: 'networkerror',
    textJa: '宛先ドメインの DNS を引けませんでした。一時的な障害か、ドメインの誤りです。',
    textEn: 'The DNS of the recipient domain gave no usable answer: a passing fault, or a wrong domain.',
    fixJa: 'ドメインの綴りを確認し、正しければ時間をおいて送り直してください。',
    fixEn: 'Check the spelling of the domain; if it is right, send again later.',
  },
  routing_loop: {
    ...theirs,
    permanence: 'permanent',
    action: 'none',
    sisimai: 'networkerror',
    textJa: '受信側でメールが循環しています(転送の設定ミス)。',
    textEn: 'The mail goes round in circles at the receiver: a forwarding mistake.',
    fixJa: '受信側の管理者に転送と MX の設定を確認していただいてください。',
    fixEn: 'The receiving administrator must look at forwarding and MX records.',
  },
  expired: {
    ...theirs,
    sisimai: 'expired',
    textJa: '再送を続けましたが、期限内に受け取られませんでした。',
    textEn: 'Retried until its time was up; the receiver never took it.',
    fixJa: '遅延の記録で相手の応答を確認し、必要なら送り直すか別の手段で連絡してください。',
    fixEn: 'Look at the delays for what the receiver said; send again or use another channel.',
  },
} as const satisfies Readonly<Record<string, Reason>>;
