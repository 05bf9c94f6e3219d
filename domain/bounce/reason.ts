/** Where on its way the mail was stopped. */
export type Layer =
  | 'ses'
  | 'address'
  | 'mailbox'
  | 'filter'
  | 'authentication'
  | 'reputation'
  | 'rate'
  | 'content'
  | 'policy'
  | 'receiver'
  | 'unknown';

/** Who has to act before such a mail can arrive. */
export type Fault = 'us' | 'sender_dns' | 'content' | 'list' | 'recipient' | 'receiver' | 'ses' | 'unknown';

/** Whether the same mail may arrive later without anybody having changed anything. */
export type Permanence = 'permanent' | 'temporary' | 'unknown';

/** What to do about it. Only `suppress` gives the address up. */
export type Action =
  | 'suppress'
  | 'retry'
  | 'slow'
  | 'stop_provider'
  | 'fix_dns'
  | 'fix_content'
  | 'ask_user'
  | 'none';

/** What else fails for the same reason: only this mail, all mail to the address, from our domain, from our IP address. */
export type Scope = 'message' | 'address' | 'domain' | 'ip' | 'account';

/** How sure the answer is: `low` where the SMTP step alone would decide, which SES does not tell. */
export type Confidence = 'high' | 'medium' | 'low';

/** A reason why mail does not arrive, and what it means to whoever has to answer for it. */
export interface Reason {
  readonly layer: Layer;
  readonly fault: Fault;
  readonly permanence: Permanence;
  readonly action: Action;
  readonly scope: Scope;
  /** The nearest reason of Sisimai, the word under which other tools know it. */
  readonly sisimai: string;
  /** What happened, for a support person. */
  readonly textJa: string;
  readonly textEn: string;
  /** What to do. */
  readonly fixJa: string;
  readonly fixEn: string;
}
