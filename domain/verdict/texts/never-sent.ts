import { nothingToDo, type VerdictText } from '../verdict-text.ts';

const ours = {
  ja: 'メールは当社側の問題により送信されませんでした。',
  en: 'The message was not sent because of a problem on our side.',
} as const;

/** SES was never asked to send it, or refused to. */
export const neverSentTexts = {
  never_sent_unsubscribed: {
    fault: 'recipient',
    title: {
      ja: '受信者が配信を停止しているため、送信していません({since})。',
      en: 'Not sent: the recipient has unsubscribed ({since}).',
    },
    customer: {
      ja: '配信停止のお手続きをいただいているため({since})、メールを送信していません。',
      en: 'The message was not sent because you have unsubscribed ({since}).',
    },
    ask: {
      ja: '配信の再開をご希望の場合は、メールの受け取りを改めてお申し込みください。',
      en: 'If you want our mail again, please subscribe anew.',
    },
    next: {
      ja: '再開は本人の申し込みによってだけ行えます。再登録の手順をご案内ください。',
      en: 'Only the recipient can subscribe again: tell them how.',
    },
  },
  never_sent_suppressed: {
    fault: 'list',
    title: {
      ja: '抑止されている宛先のため、送信していません({why}、{since})。',
      en: 'Not sent: the address is suppressed ({why}, {since}).',
    },
    customer: {
      ja: '以前のメールが届かなかった、または受け取りを望まれなかった記録があるため、メールを送信していません。',
      en: 'The message was not sent, since earlier mail to this address failed or was not wanted.',
    },
    ask: {
      ja: 'メールアドレスに誤りや変更がないか、ご確認ください。',
      en: 'Please check whether the address is right, or has changed.',
    },
    next: {
      ja: '根拠を todoke suppression show で確かめ、受け取れることを本人に確認できた場合だけ解除してください。',
      en: 'See what it rests on with todoke suppression show; lift it only when the recipient confirms that mail arrives.',
    },
  },
  never_sent_expired: {
    fault: 'us',
    title: {
      ja: '送信の前に有効期限(expiresAt)を過ぎたため、送信していません({at})。',
      en: 'Not sent ({at}): it had expired (expiresAt) before its turn came.',
    },
    customer: {
      ja: '有効期限内に送信できなかったため、メールを送信していません。',
      en: 'The message was not sent, since it would have come too late.',
    },
    ask: {
      ja: 'お手数ですが、もう一度お手続きください。',
      en: 'Please try again.',
    },
    next: {
      ja: '待ち時間の原因(キューの滞留、送信速度、SES の停止)を todoke status で確かめてください。',
      en: 'See with todoke status what it had to wait for: the queue, the send rate, or SES.',
    },
  },
  never_sent_collapsed: {
    fault: 'nobody',
    title: {
      ja: '同じ通知(collapseKey)を直前に送ったため、そちらにまとめました({at})。',
      en: 'Not sent by itself ({at}): another one of the same collapseKey went out shortly before, and this one is counted into the next.',
    },
    customer: {
      ja: '同じ内容のお知らせを直前にお送りしたため、まとめてお知らせしています。',
      en: 'You were sent the same alert shortly before, so this one was folded into it.',
    },
    next: {
      ja: '操作は不要です。まとめる時間は collapseWindowSeconds で変えられます。',
      en: 'Nothing to do. The window is collapseWindowSeconds of the notification.',
    },
  },
  never_sent_input: {
    fault: 'us',
    title: {
      ja: '依頼の内容に誤りがあるため、送信していません({at}):{why}',
      en: 'Not sent ({at}): there was a mistake in what was asked for: {why}',
    },
    customer: ours,
    ask: nothingToDo,
    next: {
      ja: '送信元のシステムのデータを直し、送り直してください。元の依頼はデッドレターキューに残っています(todoke dead-letter list)。',
      en: 'Mend the data where they come from and send again. The request is kept in the dead-letter queue (todoke dead-letter list).',
    },
  },
  never_sent_data: {
    fault: 'us',
    title: {
      ja: '宛先ファイルの行にテンプレートの必要とするデータがないか、形が違うため、送信していません({at})。',
      en: 'Not sent ({at}): the row of the audience lacks data for the template, or has them in another form.',
    },
    customer: ours,
    ask: nothingToDo,
    next: {
      ja: '除外された行の一覧(excluded.jsonl、todoke campaign export)で項目を確かめ、データを直して新しいキャンペーンとして送ってください。',
      en: 'See in the list of excluded rows (excluded.jsonl, todoke campaign export) what is missing, correct the data, and send it as a new campaign.',
    },
  },
  never_sent_address: {
    fault: 'list',
    title: {
      ja: 'メールアドレスとして使えない宛先のため、送信していません({at}):{why}',
      en: 'Not sent ({at}): this is no address that mail can be sent to: {why}',
    },
    customer: {
      ja: 'ご登録のメールアドレスの形式に誤りがあるため、メールを送信できませんでした。',
      en: 'The message could not be sent, since the address is not well-formed.',
    },
    ask: {
      ja: '正しいメールアドレスをお知らせください。',
      en: 'Please tell us the right address.',
    },
    next: {
      ja: '正しいアドレスをお客様に確認し、登録を直してください。',
      en: 'Ask the customer for the right address and correct the record.',
    },
  },
  never_sent_refused: {
    fault: 'us',
    title: {
      ja: 'SES が受け付けませんでした({at}):{why}',
      en: 'SES refused it ({at}): {why}',
    },
    customer: ours,
    ask: nothingToDo,
    next: {
      ja: 'SES の応答を調べ(差出人の検証、宛先の形式、内容)、直してから送り直してください。todoke doctor で送信設定を点検できます。',
      en: 'Look at the answer of SES (identity, form of the address, content), mend it and send again. todoke doctor examines the set-up.',
    },
  },
  never_sent_stopped: {
    fault: 'us',
    title: {
      ja: 'ガードレールが配信を止めたため、まだ送信していません。{why}',
      en: 'Not sent so far: a guardrail stopped the mail. {why}',
    },
    customer: {
      ja: '配信を一時的に見合わせているため、メールはまだ送信されていません。',
      en: 'The message has not been sent yet, since we hold this mail back at the moment.',
    },
    ask: nothingToDo,
    next: {
      ja: '原因を直し、todoke campaign resume {campaign} で再開すると、この宛先にも送信されます。',
      en: 'Mend the cause; todoke campaign resume {campaign} then sends to this recipient as well.',
    },
  },
  never_sent_cancelled: {
    fault: 'us',
    title: {
      ja: 'キャンペーン「{campaign}」が取り消されたため、送信していません({at})。',
      en: 'Not sent: the campaign "{campaign}" was cancelled ({at}).',
    },
    customer: {
      ja: '配信を取りやめたため、メールを送信していません。',
      en: 'The message was not sent, since we called this mailing off.',
    },
    next: {
      ja: '必要であれば、新しいキャンペーンとして送り直してください。',
      en: 'If it is to be sent after all, start a new campaign.',
    },
  },
  never_sent_capped: {
    fault: 'us',
    title: {
      ja: '短い期間に送るメールの上限(frequency cap)に達していたため、送信していません({at})。',
      en: 'Not sent ({at}): the recipient had as many campaigns lately as the frequency cap allows.',
    },
    customer: {
      ja: '短い期間に多くのメールをお送りしないよう、今回は送信を見合わせました。',
      en: 'The message was left out so that you do not get too much mail in a short time.',
    },
    next: {
      ja: '操作は不要です。上限はステージまたはキャンペーンの設定で変えられます。',
      en: 'Nothing to do. The cap is a setting of the stage or of the campaign.',
    },
  },
  never_sent_filtered: {
    fault: 'nobody',
    title: {
      ja: 'セグメントの条件に当てはまらない行のため、送信していません。',
      en: 'Not sent: the filter of the segment leaves this row out.',
    },
    customer: {
      ja: 'このメールの送信対象ではありませんでした。',
      en: 'This mailing was not meant for this recipient.',
    },
    next: {
      ja: '操作は不要です。条件は todoke campaign status NAME --json の where にあります。',
      en: 'Nothing to do. The filter is "where" of todoke campaign status NAME --json.',
    },
  },
  never_sent_invalid: {
    fault: 'list',
    title: {
      ja: '宛先ファイルの行を読めないため、送信していません。',
      en: 'Not sent: the row of the audience could not be read.',
    },
    customer: {
      ja: 'ご登録のメールアドレスの形式に誤りがあるため、メールを送信できませんでした。',
      en: 'The message could not be sent, since the address is not well-formed.',
    },
    next: {
      ja: '除外された行の一覧(excluded.jsonl)で行番号と理由を確かめ、ファイルを直してください。',
      en: 'See row and reason in the list of excluded rows (excluded.jsonl), and correct the file.',
    },
  },
  never_sent_duplicate: {
    fault: 'nobody',
    title: {
      ja: '同じ宛先が前の行にあるため、この行では送信していません。',
      en: 'Not sent for this row: an earlier one has the same address.',
    },
    customer: {
      ja: '同じ内容のメールを一通だけお送りしています。',
      en: 'You were sent this message once.',
    },
    next: {
      ja: '操作は不要です。',
      en: 'Nothing to do.',
    },
  },
} as const satisfies Readonly<Record<string, VerdictText>>;
