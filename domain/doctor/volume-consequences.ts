import type { VolumeProvider } from './facts.ts';
import type { Receiver } from './finding.ts';
import type { Text } from './text.ts';

/** Who a mailbox provider is, and what it does with mail that suddenly comes in far larger numbers. */
export const jumpConsequences: Readonly<
  Record<Exclude<VolumeProvider, 'other'>, { readonly receiver: Receiver; readonly text: Text }>
> = {
  google: {
    receiver: 'gmail',
    text: { ja: '急な増加で 4.7.28 の遅延になります。', en: 'Doubling at once is deferred with 4.7.28.' },
  },
  microsoft: {
    receiver: 'microsoft',
    text: { ja: 'S3150などで遮断されます。', en: 'Blocked with S3150 and the like.' },
  },
  yahoo: {
    receiver: 'yahoo',
    text: { ja: 'TSS04 で遅延になります。', en: 'Deferred with TSS04.' },
  },
  'yahoo-japan': {
    receiver: 'yahooJapan',
    text: {
      ja: '上限は公開されていません。迷惑メール扱いや遅延のおそれがあります。',
      en: 'Publishes no limits: expect mail to be filed as spam, or deferred.',
    },
  },
  docomo: {
    receiver: 'docomo',
    text: {
      ja: '集中した送信はネットワークごと一時的に遮断されます。',
      en: 'Bursts are blocked by network for a time.',
    },
  },
  kddi: {
    receiver: 'kddi',
    text: {
      ja: '上限は公開されていません。遮断されるとTCP接続が切られます（RESET）。',
      en: 'Publishes no limits; a sender who is blocked gets a TCP reset.',
    },
  },
  softbank: {
    receiver: 'softbank',
    text: {
      ja: '存在しない宛先が多いと送信を制限されます。',
      en: 'Slows senders down who mail many unknown users.',
    },
  },
  apple: {
    receiver: 'apple',
    text: {
      ja: '上限は公開されていません。迷惑メール扱いや遅延のおそれがあります。',
      en: 'Publishes no limits: expect mail to be filed as junk, or deferred.',
    },
  },
};
