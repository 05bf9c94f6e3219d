import { fix, nothingToDo, type VerdictText, why } from '../verdict-text.ts';

/** SES accepted the mail, and it came back. What happened and what to do is said by the reason of the bounce. */
export const refusedTexts = {
  rejected_our_fault: {
    fault: 'us',
    title: why,
    customer: {
      ja: '{at}に送信しましたが、当社側の送信設定の問題により、相手先のサーバーに受け取られませんでした。',
      en: 'We sent the message at {at}, but your mail server refused it because of a problem on our side.',
    },
    ask: nothingToDo,
    next: fix,
  },
  rejected_address: {
    fault: 'list',
    title: why,
    customer: {
      ja: '{at}に送信しましたが、ご登録のメールアドレスが見つからない、または使われていないとの応答がありました。',
      en: 'We sent the message at {at}, but were told that the address is not in use.',
    },
    ask: {
      ja: 'メールアドレスに誤りや変更がないか、ご確認ください。',
      en: 'Please check whether the address is right, or has changed.',
    },
    next: fix,
  },
  rejected_mailbox: {
    fault: 'recipient',
    title: why,
    customer: {
      ja: '{at}に送信しましたが、メールボックスが受け取れる状態ではありませんでした。',
      en: 'We sent the message at {at}, but the mailbox could not take it.',
    },
    ask: {
      ja: 'メールボックスの空き容量をご確認ください。',
      en: 'Please see whether the mailbox has room left.',
    },
    next: fix,
  },
  rejected_recipient_filter: {
    fault: 'recipient',
    title: why,
    customer: {
      ja: '{at}に送信しましたが、お客様側の受信設定により受け取られませんでした。',
      en: 'We sent the message at {at}, but the settings of the mailbox refused it.',
    },
    ask: {
      ja: '受信許可の設定に、送信元のドメイン({domain})をご登録ください。',
      en: 'Please allow mail from {domain} in the settings of your mailbox.',
    },
    next: fix,
  },
  rejected_content: {
    fault: 'content',
    title: why,
    customer: {
      ja: '{at}に送信しましたが、メールの内容や大きさを理由に受け取られませんでした。',
      en: 'We sent the message at {at}, but it was refused for its content or size.',
    },
    ask: nothingToDo,
    next: fix,
  },
  rejected_policy: {
    fault: 'receiver',
    title: why,
    customer: {
      ja: '{at}に送信しましたが、ご利用のメールサーバーの規則により受け取られませんでした。',
      en: 'We sent the message at {at}, but a rule of your mail server refused it.',
    },
    ask: {
      ja: '会社や学校のアドレスの場合は、メールの管理者に、当社からの受信が許可されているかご確認ください。',
      en: 'If it is the address of a company or school, please ask its mail administrator whether mail from us is allowed.',
    },
    next: fix,
  },
  rejected_receiver: {
    fault: 'receiver',
    title: why,
    customer: {
      ja: '{at}まで送信を試みましたが、ご利用のメールサーバーに受け取られませんでした。',
      en: 'We tried until {at}, but your mail server did not take the message.',
    },
    next: fix,
  },
  rejected_unknown: {
    fault: 'unknown',
    title: why,
    customer: {
      ja: '{at}に送信しましたが受け取られず、理由を調査しています(調査番号 {id})。',
      en: 'We sent the message at {at}, but it was not taken, and we are looking into the reason (reference {id}).',
    },
    next: fix,
  },
  held_by_ses: {
    fault: 'ses',
    title: why,
    customer: {
      ja: '以前に届かなかった記録があるアドレスのため、メールは送信されていません。',
      en: 'The message was not sent, since earlier mail to this address failed.',
    },
    ask: {
      ja: 'メールアドレスに誤りや変更がなく、受信できる状態かご確認ください。',
      en: 'Please check that the address is right and takes mail.',
    },
    next: fix,
  },
  refused_by_ses: {
    fault: 'us',
    title: {
      ja: 'SES が受け付けた後、{at}に送信を取りやめました。{why}',
      en: 'SES accepted it and then, at {at}, did not send it. {why}',
    },
    customer: {
      ja: 'メールは当社側の問題により送信されませんでした。',
      en: 'The message was not sent because of a problem on our side.',
    },
    ask: nothingToDo,
    next: {
      ja: 'テンプレートと添付ファイルを調べて直し、送り直してください。',
      en: 'Look at the template and the attachments, mend them and send again.',
    },
  },
} as const satisfies Readonly<Record<string, VerdictText>>;
