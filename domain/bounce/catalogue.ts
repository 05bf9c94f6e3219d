import { addressReasons } from './catalogue/address.ts';
import { authenticationReasons } from './catalogue/authentication.ts';
import { contentReasons } from './catalogue/content.ts';
import { mailboxReasons } from './catalogue/mailbox.ts';
import { receiverReasons } from './catalogue/receiver.ts';
import { reputationReasons } from './catalogue/reputation.ts';
import { sesReasons } from './catalogue/ses.ts';
import type { Reason } from './reason.ts';

const reasons = {
  ...sesReasons,
  ...addressReasons,
  ...mailboxReasons,
  ...authenticationReasons,
  ...reputationReasons,
  ...contentReasons,
  ...receiverReasons,
  unknown: {
    layer: 'unknown',
    fault: 'unknown',
    permanence: 'unknown',
    action: 'none',
    scope: 'message',
    sisimai: 'undefined',
    textJa: '受信側の応答からは理由を判断できません。原文を確認してください。',
    textEn: 'The answer of the receiver does not tell why. Read its own words.',
    fixJa: '応答の原文を添えて受信側に問い合わせるか、時間をおいて送り直してください。',
    fixEn: 'Ask the receiver, quoting its answer, or send again later.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** Our name of a reason: stable, for records, filters and tests. */
export type ReasonCode = keyof typeof reasons;

/** Every reason why mail does not arrive that a receiver or SES can give. */
export const catalogue: Readonly<Record<ReasonCode, Reason>> = reasons;
