import { either, type RuleList } from '../rule.ts';

/** "Nobody of that name here", in the words of Sendmail, Postfix, Exim, qmail, Exchange, Domino and others. */
const unknownUser = either(
  /(?:unknown|no such|no valid|invalid|non-?exist\w+|unrecogni[sz]ed|illegal|bad|incorrect) (?:local |or illegal |final delivery |destination |address |email |e-mail |virtual |specific )*(?:users?(?:id)?|recipients?|mail ?box|e-?mail address|address|account|local[ -]?part|alias|person|addressee|destinataire)\b/,
  /(?:user|recipient|mail ?box|account|e-?mail (?:address|name)|address|alias|addressee|person|userid)(?:\(s\)|s)?(?: @| <@>| name| address| email| id)*:? ?(?:is |was |are )?(?:unknown|not (?:be )?(?:found|known|exist|listed|recogni[sz]ed|valid|registered|available here)|does ?n[o']t exist|do(?:es)? not exist|nonexist|non-exist|invalid|no longer (?:exist|valid|available|active|in use)|unavailable|undeliverable|doesnt exist)/,
  /(?:does ?n[o']t|do(?:es)? not) have (?:an? )?.{0,60}\b(?:account|mailbox)\b/,
  /no (?:mail ?box|account|user|one|person|recipient)s? (?:here|by that name|found|with|of that|named|matching)/,
  /not our (?:user|customer)/,
  /(?:could|can) ?(?:n[o']t|not) (?:be found|find (?:the )?(?:user|recipient|mail ?box|address|account))/,
  /couldn't be found|no such user/,
  /\bnot a (?:known|valid|local) (?:user|recipient|mail ?box|address)/,
  /(?:unknown|invalid) (?:or illegal )?(?:local )?(?:alias|user)|\bcuda_nsu\b/,
  /recipient (?:address )?verif(?:y|ication) failed/,
  // The same in the languages of large operators: French, Spanish, Portuguese, German, Italian, Dutch, Chinese, Japanese.
  /(?:utilisateur|destinataire|adresse) (?:est )?(?:inconnue?|inexistante?|invalide)|bo[iî]te (?:inconnue|inexistante)/,
  /(?:usuario|usu[aá]rio|destinatario|destinat[aá]rio|buz[oó]n|cuenta|conta|direcci[oó]n) (?:\w+ )?(?:no existe|n[aã]o existe|desconocid|desconhecid|inv[aá]lid|inexistente)/,
  /(?:benutzer|empf[aä]nger|postfach|adresse) (?:ist )?(?:unbekannt|existiert nicht|nicht bekannt|nicht vorhanden)/,
  /(?:utente|destinatario|casella|indirizzo) (?:\w+ )?(?:sconosciut|inesistente|non esiste)|gebruiker (?:is )?onbekend/,
  /(?:用户|邮箱|收件人|帐号|账号)(?:地址)?(?:不存在|无效)|(?:宛先|ユーザー?|メールアドレス)(?:が|は)?(?:存在しません|見つかりません|不明)/,
);

/** Of an address that is not called ours. */
const refusedWithoutReason =
  /(?<!\b(?:your|ip|sender|from|client) )\b(?:recipient|address) (?:address )?(?:rejected|refused)\.?(?: <?@>?)?$/;

/** What any mail system may say about the recipient. */
export const generalRecipient: RuleList = {
  name: 'recipient',
  source: 'RFC 3463; Sendmail, Postfix, Exim, qmail, Exchange, Domino and Courier rejection texts',
  rules: [
    {
      id: 'not-in-directory',
      reason: 'user_unknown',
      says: either(
        /not listed in (?:the )?(?:domino|public|directory|name)/,
        /(?:unknown|invalid) final delivery|invalid recipients?\b|unknown recipient/,
        /unknown or illegal|delivery error: dd|no valid recipients for|mail\.local: unknown/,
      ),
    },
    // Gmail's own notice; "…, or is unable to receive mail" is the other one, which says less.
    { id: 'gmail-notice', reason: 'user_unknown', says: /address couldn't be found\. / },
    {
      id: 'named-beforehand',
      reason: 'user_unknown',
      says: /^(?:user unknown|unknown user): ?(?:[45]\d\d|")/,
    },
    {
      id: 'edge-block',
      reason: 'user_unknown',
      says: /recipient address rejected: (?:access denied|user unknown in|undeliverable|unverified|invalid(?! command))/,
    },
    // RFC 5321: 450 is a mailbox that is busy, or refused for now by a policy.
    {
      id: 'unavailable-for-now',
      reason: 'receiver_error',
      says: either(/mail ?box (?:is )?(?:temporarily )?unavailable/, refusedWithoutReason),
      reply: '421 450 451 452',
      confidence: 'low',
    },
    {
      id: 'syntax',
      reason: 'address_syntax',
      says: /^(?!.*\b(?:sender|mail from)\b).*(?:(?:bad|invalid|illegal) (?:recipient )?address syntax|malformed recipient address)/,
      confidence: 'medium',
    },
    { id: 'unknown-at-rcpt', reason: 'user_unknown', says: unknownUser, step: 'rcpt' },
    {
      id: 'rejected-at-rcpt',
      reason: 'user_unknown',
      says: either(
        refusedWithoutReason,
        /(?:recipient|address) (?:address )?rejected: (?:unknown|invalid(?! command)|undeliverable)/,
      ),
      step: 'rcpt',
      confidence: 'medium',
    },
    {
      id: 'unknown-at-data',
      reason: 'recipient_filter',
      says: unknownUser,
      step: 'data',
      confidence: 'medium',
    },
    {
      id: 'unknown-by-code',
      reason: 'user_unknown',
      says: unknownUser,
      codes: 'x.1.1 x.1.0 x.1.2 x.1.3 x.1.4 x.1.10',
    },
    {
      id: 'unknown-permanent',
      reason: 'user_unknown',
      says: unknownUser,
      bounceType: 'Permanent',
      confidence: 'medium',
    },
    // Filters answer with the same words at the end of DATA. Without code, step or verdict of SES nobody can tell them apart.
    { id: 'unknown-or-filter', reason: 'recipient_filter', says: unknownUser, confidence: 'low' },
  ],
};
