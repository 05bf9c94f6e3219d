import type { Reason } from '../reason.ts';

/** The receiver cannot see that the mail is ours: our DNS is at fault, never the recipient, and the next mail fails alike. */
const ours = {
  layer: 'authentication',
  fault: 'sender_dns',
  permanence: 'permanent',
  action: 'stop_provider',
  scope: 'domain',
  sisimai: 'authfailure',
} as const;

export const authenticationReasons = {
  spf_fail: {
    ...ours,
    textJa: 'SPF 認証に失敗したため拒否されました。送信側の設定の問題で、お客様の操作は不要です。',
    textEn: 'Refused because SPF did not pass. A matter of our DNS; the customer need not do anything.',
    fixJa:
      'MAIL FROM ドメインの SPF に include:amazonses.com を加え、カスタム MAIL FROM の状態を確認してください。',
    fixEn:
      'Put include:amazonses.com into the SPF record of the MAIL FROM domain, and check the state of the custom MAIL FROM.',
  },
  dkim_fail: {
    ...ours,
    textJa: 'DKIM 署名の検証に失敗したため拒否されました。送信側の設定の問題です。',
    textEn: 'Refused because the DKIM signature did not verify. A matter of our DNS.',
    fixJa: 'Easy DKIM の CNAME 3 件が公開されているか、SES の DKIM が SUCCESS かを確認してください。',
    fixEn: 'Check that the three CNAMEs of Easy DKIM are published and that SES shows DKIM as SUCCESS.',
  },
  dmarc_reject: {
    ...ours,
    textJa:
      '差出人ドメインの DMARC ポリシーに従って拒否されました(SPF も DKIM も差出人と一致して合格していません)。',
    textEn:
      'Refused as the DMARC policy of our From domain asks: neither SPF nor DKIM passed in alignment with it.',
    fixJa: 'From のドメインで DKIM 署名し、カスタム MAIL FROM を同じ組織ドメインに設定してください。',
    fixEn: 'Sign with the domain of the From header and set a custom MAIL FROM under the same organisation.',
  },
  dmarc_missing: {
    ...ours,
    textJa: '差出人ドメインに DMARC レコードがない(またはポリシーがない)ため制限されました。',
    textEn: 'Held back because our From domain has no DMARC record, or one without a policy.',
    fixJa: '_dmarc.<差出人ドメイン> に TXT「v=DMARC1; p=none; rua=mailto:…」を公開してください。',
    fixEn: 'Publish a TXT record at _dmarc.<From domain>: "v=DMARC1; p=none; rua=mailto:…".',
  },
  alignment: {
    ...ours,
    textJa: 'From のドメインが SPF・DKIM で認証されたドメインと一致していないため制限されました。',
    textEn: 'Held back because the From domain matches neither the SPF nor the DKIM domain.',
    fixJa: 'DKIM の d= またはカスタム MAIL FROM を、From と同じ組織ドメインにしてください。',
    fixEn: 'Make the d= of DKIM or the custom MAIL FROM share the organisational domain of the From header.',
  },
  unauthenticated: {
    ...ours,
    textJa: '送信者認証(SPF・DKIM・DMARC)に合格していないため拒否されました。送信側の設定の問題です。',
    textEn: 'Refused because the mail is not authenticated (SPF, DKIM, DMARC). A matter of our DNS.',
    fixJa: 'todoke doctor で SPF・DKIM・DMARC を点検し、直るまで同じ事業者への配信を止めてください。',
    fixEn: 'Check SPF, DKIM and DMARC with todoke doctor; hold mail to this provider until they pass.',
  },
  bulk_auth_level: {
    ...ours,
    textJa: '大量送信者に求められる認証(SPF・DKIM・DMARC すべて合格)を満たしていないため拒否されました。',
    textEn: 'Refused because bulk senders must pass SPF, DKIM and DMARC, and this mail did not.',
    fixJa: 'SPF と DKIM の両方を合格させ、DMARC(p=none 以上)を公開してから再開してください。',
    fixEn: 'Make both SPF and DKIM pass and publish DMARC (at least p=none) before going on.',
  },
  ptr_missing: {
    ...ours,
    fault: 'us',
    scope: 'ip',
    sisimai: 'requireptr',
    textJa: '送信元 IP アドレスの逆引き(PTR)がない、または正引きと一致しないため拒否されました。',
    textEn: 'Refused because the sending IP address has no PTR record, or one that does not point back.',
    fixJa: '専用 IP なら逆引きを設定し、共有 IP なら AWS サポートに連絡してください。',
    fixEn: 'For a dedicated IP address set the PTR record; for a shared one write to AWS Support.',
  },
  tls_required: {
    ...ours,
    fault: 'us',
    sisimai: 'failedstarttls',
    textJa: '暗号化(TLS)されていない接続のため拒否されました。',
    textEn: 'Refused because the connection was not encrypted with TLS.',
    fixJa:
      '設定セットの TLS ポリシーを確認してください。SES は通常 TLS を使うため、相手側の証明書や設定の問題もあり得ます。',
    fixEn:
      'Check the TLS policy of the configuration set. SES uses TLS by itself, so the receiver may be misconfigured.',
  },
} as const satisfies Readonly<Record<string, Reason>>;
