import type { Reason } from '../reason.ts';

/** The mailbox exists; its state or its owner's settings keep the mail out. */
export const mailboxReasons = {
  mailbox_full: {
    layer: 'mailbox',
    fault: 'recipient',
    permanence: 'temporary',
    action: 'retry',
    scope: 'address',
    sisimai: 'mailboxfull',
    textJa: '宛先のメールボックスの容量がいっぱいです。',
    textEn: 'The mailbox is full.',
    fixJa:
      'お客様に不要なメールの削除をお願いし、後日送り直してください。何日も続く場合は使われていない可能性があります。',
    fixEn:
      'Ask the customer to make room, and send again later. Full for many days often means nobody reads it.',
  },
  recipient_rate: {
    layer: 'mailbox',
    fault: 'receiver',
    permanence: 'temporary',
    action: 'slow',
    scope: 'address',
    sisimai: 'speeding',
    textJa: '宛先が短時間に多くのメールを受け取っているため、一時的に受信が制限されています。',
    textEn: 'The mailbox gets mail faster than its provider allows; more is refused for a while.',
    fixJa: '時間をおいて送り直してください。同じ宛先への送信頻度を下げてください。',
    fixEn: 'Send again later, and send less often to this address.',
  },
  mailbox_size_limit: {
    layer: 'mailbox',
    fault: 'content',
    permanence: 'permanent',
    action: 'fix_content',
    scope: 'message',
    sisimai: 'exceedlimit',
    textJa: 'メールの大きさが、宛先のメールボックスの受信上限を超えています。',
    textEn: 'The mail is larger than this mailbox may receive.',
    fixJa: '添付や画像を減らすか、ダウンロード用のリンクに置き換えてください。',
    fixEn: 'Make attachments and images smaller, or replace them by links.',
  },
  recipient_filter: {
    layer: 'filter',
    fault: 'recipient',
    permanence: 'unknown',
    action: 'ask_user',
    scope: 'address',
    sisimai: 'filtered',
    textJa:
      '宛先の受信設定(迷惑メール対策、受信拒否など)で拒否された可能性が高いです。アドレスが存在しない場合も同じ応答になることがあります。',
    textEn:
      'Most likely refused by the settings of the recipient (filter, block list). Some servers answer the same for an address that does not exist.',
    fixJa: 'お客様に当社ドメインの受信許可とアドレスの確認をお願いし、送り直してください。',
    fixEn: 'Ask the customer to allow our domain and to check the address, then send again.',
  },
  sender_rejected: {
    layer: 'filter',
    fault: 'us',
    permanence: 'permanent',
    action: 'fix_dns',
    scope: 'domain',
    sisimai: 'rejected',
    textJa: '差出人のアドレスまたはドメインが、受信側に拒否されました。',
    textEn: 'The receiving server refuses the address or the domain that we send from.',
    fixJa:
      '差出人ドメインの A・MX・SPF レコードと、受信側の受け入れ条件(許可リスト、投稿権限)を確認してください。',
    fixEn:
      'Check A, MX and SPF records of the sending domain, and whether the receiver must allow us first (allow list, membership).',
  },
} as const satisfies Readonly<Record<string, Reason>>;
