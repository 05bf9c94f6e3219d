import type { VerdictText } from '../verdict-text.ts';

const soon = {
  ja: 'メールは送信の順番を待っています。',
  en: 'The message is waiting for its turn to be sent.',
} as const;

/** Not at an end, or nothing is known. */
export const openTexts = {
  waiting: {
    fault: 'nobody',
    title: {
      ja: '送信の順番を待っています。',
      en: 'It is waiting for its turn.',
    },
    customer: soon,
    next: {
      ja: '数分後にもう一度調べてください。長く待つ場合は、todoke status でキューと送信速度を確かめてください。',
      en: 'Look again in a few minutes. If it takes long, see queues and campaigns with todoke status.',
    },
  },
  waiting_for: {
    fault: 'nobody',
    title: {
      ja: '{why}を待っています。次の送信は {until} 頃です。',
      en: 'It is waiting for {why}, and is tried again about {until}.',
    },
    customer: soon,
    next: {
      ja: 'その時刻の後にもう一度調べてください。上限や停止が続く場合は todoke doctor で SES の状態を確かめてください。',
      en: 'Look again after that. If quota or pause last, see with todoke doctor what SES says.',
    },
  },
  overdue: {
    fault: 'us',
    title: {
      ja: '{why}の後({until})に送信されるはずでしたが、その後の記録がありません。依頼が処理を打ち切られたか、キューが滞っています。',
      en: 'It was to be tried again about {until} (it waited for {why}), and nothing has been heard of it since: its message was given up, or the queue is behind.',
    },
    customer: {
      ja: 'メールはまだ送信されておらず、原因を調査しています(調査番号 {id})。',
      en: 'The message has not been sent yet, and we are looking into it (reference {id}).',
    },
    next: {
      ja: 'todoke dead-letter list notifications に残っていれば、原因を直して todoke dead-letter redrive で送り直せます。なければ todoke status でキューの滞留を確かめてください。',
      en: 'If todoke dead-letter list notifications has it, mend the cause and send it on with todoke dead-letter redrive; otherwise see with todoke status how far behind the queue is.',
    },
  },
  waiting_paused: {
    fault: 'us',
    title: {
      ja: 'キャンペーン「{campaign}」が一時停止中のため、まだ送信していません({since})。',
      en: 'Not sent so far: the campaign "{campaign}" is paused ({since}).',
    },
    customer: soon,
    next: {
      ja: 'todoke campaign resume {campaign} で再開できます。',
      en: 'todoke campaign resume {campaign} goes on with it.',
    },
  },
  in_doubt: {
    fault: 'ses',
    title: {
      ja: 'SES の応答が失われ、送信されたかどうか分かりません。二重の送信を避けるため、それを示すイベントが届くまで「不明」のまま扱います。',
      en: 'The answer of SES was lost: it may or may not have been sent. It is held as unknown until an event proves it, so that nobody is mailed twice by mistake.',
    },
    customer: {
      ja: '送信の結果を確認できないため、調査しています(調査番号 {id})。',
      en: 'We cannot tell whether the message was sent, and are looking into it (reference {id}).',
    },
    next: {
      ja: '届いたかどうかをお客様に確認し、届いていなければ新しい通知として送り直してください。',
      en: 'Ask the customer whether it came; if not, send it again as a new notification.',
    },
  },
  maybe_queued: {
    fault: 'unknown',
    title: {
      ja: 'このメールの記録はまだありません。通知キューに残っている依頼({count} 件)の中にあるかもしれません。',
      en: 'There is no record of this mail so far. It may be on the queue of notifications (messages there: {count}).',
    },
    customer: {
      ja: 'お問い合わせのメールは、これから送信される可能性があります(調査番号 {id})。',
      en: 'The message may still be on its way out (reference {id}).',
    },
    next: {
      ja: 'キューが空になってから(todoke status)もう一度調べてください。それでも記録がなければ、送信元のシステムが依頼を出したかを確かめてください。',
      en: 'Look again when the queue is empty (todoke status). If there is still no record then, check whether it was asked for at all.',
    },
  },
  not_an_address: {
    fault: 'list',
    title: {
      ja: '「{id}」はメールを送れるアドレスではなく、その名前の記録もありません:{why}',
      en: '"{id}" is no address that mail can be sent to, and there is no record by that name: {why}',
    },
    customer: {
      ja: 'ご登録のメールアドレスの形式に誤りがあるため、メールをお送りできません。',
      en: 'We cannot send to the address that we have, since it is not well-formed.',
    },
    ask: {
      ja: '正しいメールアドレスをお知らせください。',
      en: 'Please tell us the right address.',
    },
    next: {
      ja: 'アドレスの表記を確かめ、正しいアドレスでもう一度調べてください。登録がこの表記なら、お客様に確認して直してください。',
      en: 'Check the spelling and look again under the right address. If it is registered like this, ask the customer and correct it.',
    },
  },
  unknown: {
    fault: 'unknown',
    title: {
      ja: 'このメールの記録がありません。',
      en: 'There is no record of this mail.',
    },
    customer: {
      ja: 'お問い合わせのメールについて、送信の記録を確認できませんでした(調査番号 {id})。',
      en: 'We found no record of the message (reference {id}).',
    },
    next: {
      ja: '送信元のシステムが依頼を出したか、アドレスの表記が同じか、保存期間(180 日)を過ぎていないか確かめてください。キューに残っている依頼は todoke status に表れます。',
      en: 'Check whether it was asked for at all, whether the address is spelt the same, and whether it is older than 180 days. What still waits on the queue shows in todoke status.',
    },
  },
} as const satisfies Readonly<Record<string, VerdictText>>;
