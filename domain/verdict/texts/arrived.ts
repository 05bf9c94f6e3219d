import type { VerdictText } from '../verdict-text.ts';

const lookInFolders = {
  ja: '受信トレイに見当たらない場合は、迷惑メールフォルダーとフィルターの設定をご確認ください。',
  en: 'If it is not in your inbox, please look in the spam folder and at your filter settings.',
} as const;

/** SES accepted the mail, and nothing says that it did not arrive. */
export const arrivedTexts = {
  delivered: {
    fault: 'nobody',
    title: {
      ja: '相手先のサーバーが{at}に受領しました。',
      en: 'The server of the recipient took it at {at}.',
    },
    customer: {
      ja: '{at}に、ご利用のメールサーバーがメールを受け取っています。',
      en: 'Your mail server took the message at {at}.',
    },
    ask: lookInFolders,
    next: {
      ja: '迷惑メールフォルダーとフィルターの確認をお願いし、見つからなければ再送してください。受領は、受信トレイに表示されたことを意味しません。',
      en: 'Ask the customer to look in the spam folder and at filters; if it is not there, send again. That a server took it does not mean that it is in the inbox.',
    },
  },
  accepted_unseen: {
    fault: 'unknown',
    title: {
      ja: '{provider} のサーバーが{at}に受領しました。表示されたかどうかは分かりません(フィルターで除かれたメールも受領されます)。',
      en: 'The server of {provider} took it at {at}. Whether it was shown cannot be known: this carrier also takes what its filters then keep from the recipient.',
    },
    customer: {
      ja: '{at}に {provider} のサーバーがメールを受け取っていますが、迷惑メール対策の設定により受信トレイに表示されていない可能性があります。',
      en: 'The server of {provider} took the message at {at}, but its spam settings may keep it out of your inbox.',
    },
    next: {
      ja: '上の手順をご案内し、設定の後で再送してください。急ぎの連絡は、SMS や電話など別の手段で行ってください。',
      en: 'Pass these steps on, and send again once the setting is made. What is urgent goes by another channel, such as SMS or phone.',
    },
  },
  accepted: {
    fault: 'nobody',
    title: {
      ja: 'SES が{at}に受け付けました。相手先のサーバーの応答はまだ報告されていません。',
      en: 'SES accepted it at {at}. No answer of the server of the recipient has been reported yet.',
    },
    customer: {
      ja: '{at}に送信済みで、ご利用のメールサーバーの応答を待っています。',
      en: 'The message was sent at {at}, and we are waiting for your mail server to answer.',
    },
    next: {
      ja: '数分後にもう一度調べてください。',
      en: 'Look again in a few minutes.',
    },
  },
  accepted_no_failure: {
    fault: 'nobody',
    title: {
      ja: 'SES が受け付け({at})、その後の不達の報告はありません。このキャンペーンは失敗だけを記録するため、受領の時刻は分かりません。',
      en: 'SES accepted it ({at}), and no failure was reported since. This campaign records failures only, so when it was taken is not known.',
    },
    customer: {
      ja: '{at}に送信済みで、届かなかったという報告は受けていません。',
      en: 'The message was sent ({at}), and we were not told that it failed.',
    },
    ask: lookInFolders,
    next: {
      ja: '迷惑メールフォルダーとフィルターの確認をお願いしてください。一通ごとの受領を記録するには、キャンペーンを --trace full で送ります。',
      en: 'Ask the customer to look in the spam folder and at filters. A campaign sent with --trace full records each delivery.',
    },
  },
  delayed: {
    fault: 'receiver',
    title: {
      ja: '再送中です({until}頃まで)。直近の理由:{why}',
      en: 'Still being retried, until about {until}. The last reason: {why}',
    },
    customer: {
      ja: '相手先のサーバーが一時的に受け取れないため、{until}頃まで自動で再送しています。',
      en: 'Your mail server cannot take the message at the moment, and we keep trying until about {until}.',
    },
    next: {
      ja: '結果を待ってください。ワンタイムパスワードなど急ぎの連絡は、別の手段で行ってください。',
      en: 'Wait for the end. One-time passwords and the like go by another channel meanwhile.',
    },
  },
  no_report: {
    fault: 'unknown',
    title: {
      ja: 'SES が{at}に受け付けましたが、その後の報告がありません。再送の期限は過ぎています。',
      en: 'SES accepted it at {at} and has reported nothing since, though the time for retries is over.',
    },
    customer: {
      ja: '{at}に送信済みですが、受領の記録が確認できないため、調査しています(調査番号 {id})。',
      en: 'The message was sent at {at}, but we have no record of its arrival and are looking into it (reference {id}).',
    },
    next: {
      ja: 'イベント通知(SNS、feedback キューとそのデッドレターキュー)を確かめ、異常がなければ SES のメッセージ ID を添えて AWS サポートに問い合わせてください。',
      en: 'Check the events (SNS, the feedback queue and its dead-letter queue); if they are in order, ask AWS Support with the message id of SES.',
    },
  },
  complained: {
    fault: 'recipient',
    title: {
      ja: '受信者が{at}に迷惑メールとして報告しました。メールは届いています。',
      en: 'The recipient reported it as spam at {at}. So it did arrive.',
    },
    customer: {
      ja: 'メールは届きましたが、{at}に迷惑メールとして報告されたため、以後の配信を停止しています。',
      en: 'The message arrived, but it was reported as spam at {at}, so we have stopped mailing.',
    },
    ask: {
      ja: '誤って報告された場合は、迷惑メールの報告を取り消したうえで、配信の再開をお申し出ください。',
      en: 'If that was a mistake, please take the report back and tell us that you want our mail.',
    },
    next: {
      ja: '本人から再開の希望があった場合だけ、抑止を解除してください(todoke suppression show、suppression remove)。',
      en: 'Lift the suppression only if the recipient asks for it (todoke suppression show, suppression remove).',
    },
  },
} as const satisfies Readonly<Record<string, VerdictText>>;
