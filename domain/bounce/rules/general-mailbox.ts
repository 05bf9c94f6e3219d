import { either, type RuleList } from '../rule.ts';

/** What any mail system may say about the state of a mailbox, and the will of its owner. */
export const generalMailbox: RuleList = {
  name: 'mailbox',
  source: 'RFC 3463; Sendmail, Postfix, Exim, qmail, Exchange, Domino and Courier rejection texts',
  rules: [
    {
      id: 'full',
      reason: 'mailbox_full',
      says: either(
        /(?:mail ?box|in ?box|mail ?folder|mail ?drop|storage|maildir)(?:\(s\)|s)?\b[^.;]{0,40}(?:\bfull\b|over (?:its |the |their )?(?:\w+ ){0,3}(?:quota|limit|size)|exceed|out of (?:storage )?space)/,
        /(?:account|user|recipient)(?:\(s\)|s)?\b[^.;]{0,40}(?:(?<!system )\bfull\b|over (?:its |the )?(?:\w+ )?(?:quota|limit)|(?:disk|storage|mail) ?(?:quota|limit|space))/,
        /over ?-?quota|quota (?:is )?(?:exceed|full|limit|violat|reach|has been)/,
        /exceed\w* .{0,20}quota|disk quota|out of quota/,
        /(?:exceed|exceeds|exceeded|exceeding) .{0,40}(?:storage|mail ?box|local limit|allowed size)/,
        /too much mail (?:data|stored|in (?:the |his |their )?mail ?box)|full (?:mail ?box|in ?box)|mailfull/,
        /(?:storage|disk) space (?:is )?(?:used up|exhausted)|exhausted (?:\w+ )?storage|zu ?viele (?:e-?)?mails/,
        /not enough (?:storage|disk) space|exceeded storage allocation|storage allocation/,
        /(?:bo[iî]te|buz[oó]n|postfach|casella) .{0,20}(?:pleine|lleno|voll|piena)/,
        /容量.{0,10}(?:超過|超え|一杯|いっぱい)|(?:空间|容量)(?:已满|不足)/,
      ),
    },
    { id: 'size-limit', reason: 'mailbox_size_limit', codes: 'x.2.3' },
    {
      id: 'moved',
      reason: 'address_moved',
      says: either(
        /(?:user|mail ?box|recipient|address|account|addressee)(?: has| have)? (?:been )?moved|no forwarding address/,
        /changed (?:his |her |their |e-?mail )*address|new (?:e-?mail )?address is/,
        /no longer (?:at|on|with) (?:this|our|the)/,
      ),
    },
    {
      id: 'disabled',
      reason: 'account_disabled',
      says: either(
        /(?:account|mail ?box|user|recipient|address|e-?mail)(?:\(s\)|s)?\b[^.;]{0,40}\b(?:disabled|suspended|inactive|inactivated|deactivated|locked|(?<!time )expired|terminated|closed|frozen|discontinued|dormant|not active|on hold|archived)/,
        /(?:account|mail ?box) (?:is |was |has been )?(?:temporarily )?blocked\b|(?:disabled|suspended|inactive|locked|deactivated|expired|dormant|closed|frozen) (?:account|user|mail ?box|recipient|address)/,
        /mail(?:box)? delivery .{0,20}disabled|not accepting (?:mail|messages) (?:at|for)/,
        /no longer accept|account (?:is )?(?:not available|unavailable)|deactivated due to/,
        /(?:account|mail ?box|user) (?:is |was )?(?:not (?:allowed|permitted|able) to|cannot|can't) receive/,
      ),
    },
    {
      id: 'preferences',
      reason: 'recipient_filter',
      says: either(
        /recipient'?s? (?:preferences|settings|filter|block|white ?list)|user reject/,
        /(?:blocked|rejected|refused|filtered) by (?:the )?(?:recipient|user|addressee)(?!'?s? (?:domain|server|system|mail|organi))/,
        /recipients? (?:(?!server|mail|domain|system|host)\w+ )?(?:refuses|rejects|does ?n[o']t (?:accept|want)|is not accepting|has blocked)/,
        /you (?:have been|are) (?:blocked|filtered)/,
        /not (?:in|on) (?:my|the recipient'?s?|their) (?:white|allow|address) ?(?:list|book)/,
        /\bare not accepting (?:e-?)?mail from\b|受信拒否|拒收/,
        /challenge|confirm .{0,30}human/,
      ),
    },
  ],
};
