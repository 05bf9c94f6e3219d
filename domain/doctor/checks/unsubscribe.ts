import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';
import type { MailSample, UnsubscribeAnswers } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';
import { signedFields } from '../raw-mail.ts';
import type { Text } from '../text.ts';

export const unsubscribeCheck: Check = {
  number: 12,
  title: { ja: 'ワンクリック配信停止（RFC 8058）', en: 'One-click unsubscribe (RFC 8058)' },
  examine({ facts }) {
    const marketing = facts.mails.known
      ? facts.mails.value.filter(({ category }) => category === 'marketing')
      : [];
    const drafts = [
      ...marketing.map(headerFinding),
      facts.seedMail.known ? signatureFinding(facts.seedMail.value, facts.domain) : undefined,
      ...(facts.unsubscribe.known ? endpointFindings(facts.unsubscribe.value) : []),
    ];
    // What is known is said before what is not.
    if (!facts.unsubscribe.known && drafts.every((draft) => draft === undefined)) {
      need(facts.unsubscribe);
    }
    return outcome(drafts, facts.unsubscribe.known ? {} : { undecided: facts.unsubscribe.why });
  },
};

const consequence: FindingDraft['consequence'] = {
  gmail: {
    ja: '一斉送信者の必須要件です。満たさないと迷惑メール扱いの救済を受けられません。',
    en: 'Required of bulk senders; without it there is no mitigation.',
  },
  yahoo: { ja: '一斉送信者の必須要件です。', en: 'Required of bulk senders.' },
  apple: { ja: '配信停止はすぐに反映する必要があります。', en: 'Unsubscribing must work at once.' },
};

function headerFinding(mail: MailSample): FindingDraft | undefined {
  const header = (name: string) => mail.headers[name] ?? '';
  const uri = /<(https:\/\/[^>]+)>/.exec(header('List-Unsubscribe'));
  const post = header('List-Unsubscribe-Post');
  if (uri !== null && post === 'List-Unsubscribe=One-Click') {
    return undefined;
  }
  return {
    code: 'unsubscribe-headers',
    severity: 'block',
    title: {
      ja: `${mail.template}（${mail.locale}）に配信停止ヘッダーが揃っていません。`,
      en: `${mail.template} (${mail.locale}) lacks the headers of one-click unsubscribe.`,
    },
    evidence: [
      `List-Unsubscribe: ${header('List-Unsubscribe') === '' ? '—' : header('List-Unsubscribe').replace(/\/u\/[^>]*/, '/u/…')}`,
      `List-Unsubscribe-Post: ${post || '—'}`,
    ],
    consequence,
    fix: {
      text: {
        ja: 'https のURIが1つある List-Unsubscribe と、List-Unsubscribe-Post: List-Unsubscribe=One-Click の両方を付けてください。テンプレートの category を marketing にすると付きます。',
        en: 'Send both List-Unsubscribe with one https URI and List-Unsubscribe-Post: List-Unsubscribe=One-Click. A template whose category is marketing gets them.',
      },
      changes: [
        {
          kind: 'goal',
          fact: `mails.${mail.template}.${mail.locale}.headers`,
          value: {
            ...mail.headers,
            'List-Unsubscribe':
              uri === null ? '<https://unsubscribe.example.com/u/TOKEN>' : header('List-Unsubscribe'),
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          },
        },
      ],
    },
  };
}

function signatureFinding(source: string, domain: string): FindingDraft | undefined {
  const signed = signedFields(source, domain);
  const sends = /^list-unsubscribe-post:/im.test(source);
  if (!sends || (signed?.includes('list-unsubscribe') && signed.includes('list-unsubscribe-post'))) {
    return undefined;
  }
  return {
    code: 'unsubscribe-unsigned',
    severity: 'block',
    title: {
      ja: '配信停止ヘッダーがDKIM署名の対象（h=）に入っていません。',
      en: 'The unsubscribe headers are not covered by our DKIM signature (h=).',
    },
    evidence: [`DKIM-Signature h=${signed?.join(':') ?? '—'}`],
    consequence,
    fix: {
      text: {
        ja: 'Easy DKIM（または独自鍵のDKIM）で、送信ドメインの署名を付けてください。SESは両方のヘッダーに署名します。',
        en: 'Have SES sign with the key of the sending domain; it signs both headers.',
      },
      changes: [
        { kind: 'goal', fact: 'seedMail', value: 'h= holds list-unsubscribe and list-unsubscribe-post' },
      ],
    },
  };
}

function endpointFindings(answers: UnsubscribeAnswers): (FindingDraft | undefined)[] {
  const { url, get, post, again } = answers;
  const wrong = (
    holds: boolean,
    code: string,
    title: Text,
    evidence: string,
    text: Text,
    better: Partial<UnsubscribeAnswers>,
  ): FindingDraft | undefined =>
    holds
      ? undefined
      : {
          code,
          severity: 'block',
          title,
          evidence: [evidence],
          consequence,
          fix: {
            text,
            changes: Object.entries(better).map(([name, value]) => ({
              kind: 'goal',
              fact: `unsubscribe.${name}`,
              value,
            })),
          },
        };
  const endpoint: Text = {
    ja: 'エンドポイントの前にあるもの（WAF、ログイン、CDN、古いデプロイ）を取り除き、Todokeの関数に直接届くようにしてください。',
    en: 'Remove what stands before the endpoint (firewall, login, CDN, an old deployment): the request has to reach Todoke’s function as it is.',
  };
  return [
    wrong(
      url.startsWith('https://'),
      'unsubscribe-not-https',
      { ja: '配信停止URLがhttpsではありません。', en: 'The unsubscribe URL is not https.' },
      url.replace(/\/u\/.*/, '/u/…'),
      {
        ja: 'httpsのURLにしてください（infra/stages.ts の unsubscribeDomain）。',
        en: 'Use an https URL: `unsubscribeDomain` of the stage in infra/stages.ts.',
      },
      { url: url.replace(/^http:/, 'https:') },
    ),
    wrong(
      post.status === 200 && post.location === undefined,
      post.location === undefined ? 'unsubscribe-post-status' : 'unsubscribe-post-redirects',
      post.location === undefined
        ? {
            ja: `配信停止のPOSTに ${post.status} が返りました。`,
            en: `The unsubscribe POST is answered with ${post.status}.`,
          }
        : { ja: '配信停止のPOSTがリダイレクトされます。', en: 'The unsubscribe POST is redirected.' },
      `POST → ${post.status}${post.location === undefined ? '' : ` Location: ${post.location}`}`,
      endpoint,
      { post: { ...post, status: 200, location: undefined } },
    ),
    wrong(
      !post.setsCookie && !get.setsCookie,
      'unsubscribe-cookie',
      { ja: '配信停止のエンドポイントがCookieを設定します。', en: 'The unsubscribe endpoint sets a cookie.' },
      `Set-Cookie: GET ${get.setsCookie}, POST ${post.setsCookie}`,
      endpoint,
      { get: { ...get, setsCookie: false }, post: { ...post, setsCookie: false } },
    ),
    wrong(
      !answers.getUnsubscribed,
      'unsubscribe-by-get',
      {
        ja: 'GETだけで配信停止になります。セキュリティ検査がリンクを開くと勝手に停止されます。',
        en: 'A GET alone unsubscribes: link scanners unsubscribe people who never asked.',
      },
      `GET → ${get.status}, unsubscribed`,
      {
        ja: 'GETは確認ページを出すだけにし、停止はPOSTだけで行ってください。',
        en: 'Let GET show a page only, and unsubscribe by POST.',
      },
      { getUnsubscribed: false },
    ),
    wrong(
      answers.postUnsubscribed,
      'unsubscribe-without-effect',
      {
        ja: 'POSTが成功しても配信停止になりません。',
        en: 'The POST is answered, but nobody is unsubscribed.',
      },
      `POST → ${post.status}, not unsubscribed`,
      {
        ja: '配信停止の関数のログと、suppressionsテーブルへの権限を確かめてください。',
        en: 'Look at the log of the unsubscribe function and its grants on the suppressions table.',
      },
      { postUnsubscribed: true },
    ),
    wrong(
      again.status === post.status,
      'unsubscribe-not-repeatable',
      {
        ja: '同じPOSTを2回送ると結果が変わります。',
        en: 'The same POST a second time is answered differently.',
      },
      `POST → ${post.status}, again → ${again.status}`,
      { ja: '2回目も200を返してください。', en: 'Answer 200 the second time as well.' },
      { again: { ...again, status: post.status } },
    ),
    wrong(
      !answers.tokenShowsAddress,
      'unsubscribe-token-readable',
      { ja: '配信停止URLにメールアドレスが見えています。', en: 'The unsubscribe URL shows the address.' },
      'the URL holds the address, as it is or in base64',
      {
        ja: '暗号化したトークンを使ってください（domain/unsubscribe.ts）。',
        en: 'Use a sealed token (domain/unsubscribe.ts).',
      },
      { tokenShowsAddress: false },
    ),
  ];
}
