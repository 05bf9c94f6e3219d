import type { Reason } from '../reason.ts';

const ours = {
  layer: 'content',
  fault: 'content',
  permanence: 'permanent',
  action: 'fix_content',
  scope: 'message',
} as const;

/** The mail itself is refused: another recipient would not get it either. */
export const contentReasons = {
  spam_content: {
    ...ours,
    sisimai: 'spamdetected',
    textJa: '内容が迷惑メールと判定されて拒否されました。',
    textEn: 'Refused as spam because of what the mail contains.',
    fixJa: '件名、リンク、画像の比率を見直し、少数に送って確かめてから再開してください。',
    fixEn: 'Look at subject, links and images, and try the change on a few before going on.',
  },
  malware: {
    ...ours,
    sisimai: 'virusdetected',
    textJa: 'ウイルスまたは危険な内容が検出されたとして拒否されました。',
    textEn: 'Refused because a virus or other danger was found.',
    fixJa: '添付ファイルとリンク先を検査し、感染の有無を確認してください。',
    fixEn: 'Scan attachments and linked pages before sending again.',
  },
  attachment_blocked: {
    ...ours,
    sisimai: 'policyviolation',
    textJa: '添付ファイルの種類など、内容が受信側の安全基準に反するとして拒否されました。',
    textEn: 'Refused because of the kind of attachment or content, which the receiver holds for unsafe.',
    fixJa: '実行形式やパスワード付き圧縮などの添付をやめ、リンクに替えてください。',
    fixEn: 'Replace executable or encrypted attachments by links.',
  },
  content_error: {
    ...ours,
    sisimai: 'contenterror',
    textJa: 'メールの形式(文字コード、MIME 構造など)を受信側が処理できませんでした。',
    textEn: 'The receiver cannot handle the format of the mail (character set, MIME structure).',
    fixJa: 'ヘッダーの文字エンコードと MIME の構造を確認してください。',
    fixEn: 'Check header encoding and MIME structure.',
  },
  too_large: {
    ...ours,
    sisimai: 'mesgtoobig',
    textJa: 'メールの大きさが受信側の上限を超えています。',
    textEn: 'The mail is larger than the receiver accepts.',
    fixJa: '添付や画像を減らしてください(au は 3 MB まで)。',
    fixEn: 'Make attachments and images smaller (au takes 3 MB).',
  },
  not_rfc: {
    ...ours,
    sisimai: 'notcompliantrfc',
    textJa: 'メールが RFC 5322 に従っていないとして拒否されました(ヘッダーの重複・欠落など)。',
    textEn: 'Refused because it does not follow RFC 5322: a header is missing, double or malformed.',
    fixJa: 'From・Subject・Message-ID・Date が 1 つずつ正しく付いているか確認してください。',
    fixEn: 'Check that From, Subject, Message-ID and Date are there once and well-formed.',
  },
  line_too_long: {
    ...ours,
    sisimai: 'syntaxerror',
    textJa: '本文またはヘッダーの 1 行が長すぎるため拒否されました(上限は改行を含め 1,000 バイト)。',
    textEn: 'Refused because a line is longer than 1,000 bytes, its end included.',
    fixJa: 'HTML を改行するか、base64 または quoted-printable で送ってください。',
    fixEn: 'Break the HTML into lines, or send it as base64 or quoted-printable.',
  },
  bad_header: {
    ...ours,
    sisimai: 'notcompliantrfc',
    textJa: 'ヘッダーの値(差出人、日付、件名など)が受け入れられませんでした。',
    textEn: 'A header value (From, Date, Subject) is not acceptable to the receiver.',
    fixJa: '該当するヘッダーの文字、長さ、日付を確認してください。',
    fixEn: 'Check characters, length and date of the header in question.',
  },
} as const satisfies Readonly<Record<string, Reason>>;
