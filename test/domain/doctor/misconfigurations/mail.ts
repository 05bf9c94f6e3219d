import { arrival, letter, type Misconfiguration } from './seed.ts';

export const mailMisconfigurations: readonly Misconfiguration[] = [
  {
    code: 'unsubscribe-headers',
    check: 12,
    severity: 'block',
    seed: letter((mail) => {
      mail.headers = {};
    }),
  },
  {
    code: 'unsubscribe-headers',
    check: 12,
    severity: 'block',
    seed: letter((mail) => {
      mail.headers['List-Unsubscribe'] = '<mailto:stop@example.com>';
    }),
  },
  {
    code: 'unsubscribe-unsigned',
    check: 12,
    severity: 'block',
    seed: arrival(':List-Unsubscribe:List-Unsubscribe-Post;', ';'),
  },
  {
    code: 'unsubscribe-not-https',
    check: 12,
    severity: 'block',
    seed: (w) => {
      w.unsubscribe.url = 'http://unsubscribe.example.com/u/x';
    },
  },
  {
    code: 'unsubscribe-post-status',
    check: 12,
    severity: 'block',
    seed: (w) => {
      w.unsubscribe.post.status = 403;
      w.unsubscribe.again.status = 403;
    },
  },
  {
    code: 'unsubscribe-post-redirects',
    check: 12,
    severity: 'block',
    seed: (w) => {
      w.unsubscribe.post = { status: 302, setsCookie: false, location: '/login' };
    },
  },
  {
    code: 'unsubscribe-cookie',
    check: 12,
    severity: 'block',
    seed: (w) => {
      w.unsubscribe.post.setsCookie = true;
    },
  },
  {
    code: 'unsubscribe-by-get',
    check: 12,
    severity: 'block',
    seed: (w) => {
      w.unsubscribe.getUnsubscribed = true;
    },
  },
  {
    code: 'unsubscribe-without-effect',
    check: 12,
    severity: 'block',
    seed: (w) => {
      w.unsubscribe.postUnsubscribed = false;
    },
  },
  {
    code: 'unsubscribe-not-repeatable',
    check: 12,
    severity: 'block',
    seed: (w) => {
      w.unsubscribe.again.status = 404;
    },
  },
  {
    code: 'unsubscribe-token-readable',
    check: 12,
    severity: 'block',
    seed: (w) => {
      w.unsubscribe.tokenShowsAddress = true;
    },
  },
  {
    code: 'unsubscribe-link-missing',
    check: 13,
    severity: 'block',
    seed: letter((mail) => {
      mail.text = '〒100-0001';
    }),
  },
  {
    code: 'sender-address-missing',
    check: 13,
    severity: 'block',
    seed: letter((mail) => {
      mail.text = mail.text.replace(/〒.*/, '');
    }),
  },
  {
    code: 'feedback-id',
    check: 14,
    severity: 'warn',
    seed: letter((mail) => {
      mail.headers['Feedback-ID'] = 'newsletter:todoke';
    }),
  },
  {
    code: 'feedback-id',
    check: 14,
    severity: 'warn',
    seed: letter((mail) => {
      mail.headers['feedback-id'] = 'a:b:hanako@example.com:todoke';
    }),
  },
  {
    code: 'feedback-id',
    check: 14,
    severity: 'warn',
    seed: letter((mail) => {
      Object.assign(mail.headers, { 'Feedback-ID': 'a:b:c:todoke', 'Feedback-Id': 'a:b:c:todoke' });
    }),
  },
  {
    code: 'feedback-id-several',
    check: 14,
    severity: 'warn',
    seed: arrival(/^From:/m, 'Feedback-ID: a:b:c:todoke\r\nFeedback-ID: ::1.x:AmazonSES\r\nFrom:'),
  },
  {
    code: 'helo-unresolved',
    check: 10,
    severity: 'block',
    seed: arrival('from a2-10.smtp-out.amazonses.com', 'from relay.example.com'),
  },
  {
    code: 'mail-too-large',
    check: 15,
    severity: 'block',
    seed: letter((mail) => {
      mail.attachmentBytes = 4_000_000;
    }),
  },
  {
    code: 'header-too-long',
    check: 15,
    severity: 'block',
    seed: letter((mail) => {
      mail.headers['X-Long'] = 'x'.repeat(1_000);
    }),
  },
  {
    code: 'from-not-single',
    check: 15,
    severity: 'block',
    seed: letter((mail) => {
      mail.fromHeader = 'a@mail.example.com, b@mail.example.com';
    }),
  },
  { code: 'arrived-fields', check: 15, severity: 'block', seed: arrival(/^Message-ID:/m, 'X-Message-ID:') },
  { code: 'arrived-date', check: 15, severity: 'block', seed: arrival(/^Date: .*$/m, 'Date: soon') },
  {
    code: 'arrived-date',
    check: 15,
    severity: 'block',
    seed: arrival(/^Received:/m, 'Received: from a by b; Fri, 27 Nov 2026 04:00:00 +0000\r\nReceived:'),
  },
  { code: 'arrived-line-length', check: 15, severity: 'block', seed: arrival('Hello', 'x'.repeat(1_200)) },
  {
    code: 'merge-data-missing',
    check: 16,
    severity: 'block',
    seed: (w) => {
      w.audience.missingData = 12;
    },
  },
  {
    code: 'merge-field-left',
    check: 16,
    severity: 'block',
    seed: letter((mail) => {
      mail.text += '{{name}}';
    }),
  },
  {
    code: 'characters-broken',
    check: 16,
    severity: 'block',
    seed: letter((mail) => {
      mail.html += '\ue63e';
    }),
  },
  {
    code: 'subject-length',
    check: 16,
    severity: 'block',
    seed: letter((mail) => {
      mail.subject = ' ';
    }),
  },
  {
    code: 'text-part-missing',
    check: 16,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.mails[1] ?? {}, { text: '' });
    },
  },
  {
    code: 'machine-dependent-characters',
    check: 16,
    severity: 'warn',
    seed: letter((mail) => {
      mail.subject = '①月のお知らせ';
    }),
  },
  { code: 'spam-score', check: 18, severity: 'warn', seed: arrival('score=-0.1', 'score=6.2') },
];
