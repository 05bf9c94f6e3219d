import type { Reason } from '../reason.ts';

const held = {
  layer: 'ses',
  fault: 'ses',
  permanence: 'permanent',
  action: 'none',
  scope: 'address',
  sisimai: 'suppressed',
} as const;

/** SES did not even try: the receiver never saw the mail. */
export const sesReasons = {
  suppressed_account: {
    ...held,
    textJa: 'SES のアカウント抑止リストに載っているため、送信されませんでした(過去にバウンスまたは苦情)。',
    textEn:
      'Not sent: the address is on the suppression list of the SES account, from an earlier bounce or complaint.',
    fixJa: '載った理由を確認し、お客様が受け取れると確認できた場合だけ抑止を解除してください。',
    fixEn: 'See why it is listed; remove it only when the customer confirms that mail arrives.',
  },
  suppressed_global: {
    ...held,
    textJa: 'SES 全体の抑止リストに載っているため、送信されませんでした(最近、他の送信でバウンス)。',
    textEn:
      'Not sent: the address is on the suppression list of SES as a whole, from a recent bounce elsewhere.',
    fixJa: 'アドレスが有効だと確認できたら、アカウント抑止リストで上書きするか、後日送り直してください。',
    fixEn: 'When the address is known to be good, override it with the account list or send again later.',
  },
  suppressed_validation: {
    ...held,
    textJa: 'SES のアドレス検証で届かない見込みと判定され、送信されませんでした。',
    textEn: 'Not sent: the address validation of SES expects that it would bounce.',
    fixJa: 'お客様にアドレスを確認してください。',
    fixEn: 'Ask the customer to check the address.',
  },
  unsubscribed: {
    ...held,
    fault: 'recipient',
    textJa: '受信者が配信を停止しているため、送信されませんでした。',
    textEn: 'Not sent: the recipient has unsubscribed.',
    fixJa: '操作は不要です。再開には受信者自身の再登録が必要です。',
    fixEn: 'Nothing to do. Only the recipient can subscribe again.',
  },
} as const satisfies Readonly<Record<string, Reason>>;
