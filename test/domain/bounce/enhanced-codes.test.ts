import { explainBounce } from '../../../domain/bounce/explain.ts';

/**
 * The registry of enhanced status codes (iana.org/assignments/smtp-enhanced-status-codes, as of 2026-11): detail, its sample text, and the
 * reason that we give where nothing else is said.
 */
const registry: readonly (readonly [detail: string, text: string, code: string])[] = [
  ['1.0', 'Other address status', 'user_unknown'],
  ['1.1', 'Bad destination mailbox address', 'user_unknown'],
  ['1.2', 'Bad destination system address', 'domain_unknown'],
  ['1.3', 'Bad destination mailbox address syntax', 'address_syntax'],
  ['1.4', 'Destination mailbox address ambiguous', 'user_unknown'],
  ['1.6', 'Destination mailbox has moved, No forwarding address', 'address_moved'],
  ['1.7', "Bad sender's mailbox address syntax", 'sender_rejected'],
  ['1.8', "Bad sender's system address", 'sender_rejected'],
  ['1.9', 'Message relayed to non-compliant mailer', 'protocol_error'],
  ['1.10', 'Recipient address has null MX', 'null_mx'],
  ['2.0', 'Other or undefined mailbox status', 'recipient_filter'],
  ['2.1', 'Mailbox disabled, not accepting messages', 'account_disabled'],
  ['2.2', 'Mailbox full', 'mailbox_full'],
  ['2.3', 'Message length exceeds administrative limit', 'mailbox_size_limit'],
  ['2.4', 'Mailing list expansion problem', 'recipient_filter'],
  ['3.0', 'Other or undefined mail system status', 'receiver_error'],
  ['3.1', 'Mail system full', 'receiver_full'],
  ['3.2', 'System not accepting network messages', 'null_mx'],
  ['3.3', 'System not capable of selected features', 'receiver_error'],
  ['3.4', 'Message too big for system', 'too_large'],
  ['3.5', 'System incorrectly configured', 'receiver_error'],
  ['3.6', 'Requested priority was changed', 'receiver_error'],
  ['4.0', 'Other or undefined network or routing status', 'network_error'],
  ['4.1', 'No answer from host', 'receiver_down'],
  ['4.2', 'Bad connection', 'network_error'],
  ['4.3', 'Directory server failure', 'receiver_error'],
  ['4.4', 'Unable to route', 'domain_unknown'],
  ['4.5', 'Mail system congestion', 'network_error'],
  ['4.6', 'Routing loop detected', 'routing_loop'],
  ['4.7', 'Delivery time expired', 'expired'],
  ['5.0', 'Other or undefined protocol status', 'protocol_error'],
  ['5.1', 'Invalid command', 'protocol_error'],
  ['5.2', 'Syntax error', 'protocol_error'],
  ['5.3', 'Too many recipients', 'too_many_recipients'],
  ['5.4', 'Invalid command arguments', 'protocol_error'],
  ['5.5', 'Wrong protocol version', 'protocol_error'],
  ['6.0', 'Other or undefined media error', 'content_error'],
  ['6.1', 'Media not supported', 'content_error'],
  ['6.2', 'Conversion required and prohibited', 'content_error'],
  ['6.3', 'Conversion required but not supported', 'content_error'],
  ['6.4', 'Conversion with loss performed', 'content_error'],
  ['6.5', 'Conversion failed', 'content_error'],
  ['6.7', 'Non-ASCII addresses not permitted for that sender/recipient', 'content_error'],
  ['6.8', 'UTF-8 string reply is required, but not permitted by the SMTP client', 'content_error'],
  ['6.9', 'UTF-8 header message cannot be transferred to one or more recipients', 'content_error'],
  ['7.0', 'Other or undefined security status', 'policy'],
  ['7.1', 'Delivery not authorized, message refused', 'policy'],
  ['7.2', 'Mailing list expansion prohibited', 'policy'],
  ['7.3', 'Security conversion required but not possible', 'access_denied'],
  ['7.4', 'Security features not supported', 'access_denied'],
  ['7.5', 'Cryptographic failure', 'access_denied'],
  ['7.6', 'Cryptographic algorithm not supported', 'access_denied'],
  ['7.7', 'Message integrity failure', 'access_denied'],
  ['7.8', 'Authentication credentials invalid', 'auth_required'],
  ['7.9', 'Authentication mechanism is too weak', 'access_denied'],
  ['7.10', 'Encryption Needed', 'tls_required'],
  ['7.11', 'Encryption required for requested authentication mechanism', 'tls_required'],
  ['7.12', 'A password transition is needed', 'access_denied'],
  ['7.13', 'User Account Disabled', 'account_disabled'],
  ['7.14', 'Trust relationship required', 'access_denied'],
  ['7.16', 'Message is too big for the specified priority', 'too_large'],
  ['7.17', 'Mailbox owner has changed', 'address_moved'],
  ['7.18', 'Domain owner has changed', 'address_moved'],
  ['7.20', 'No passing DKIM signature found', 'dkim_fail'],
  ['7.21', 'No acceptable DKIM signature found', 'dkim_fail'],
  ['7.22', 'No valid author-matched DKIM signature found', 'dkim_fail'],
  ['7.23', 'SPF validation failed', 'spf_fail'],
  ['7.24', 'SPF validation error', 'spf_fail'],
  ['7.25', 'Reverse DNS validation failed', 'ptr_missing'],
  ['7.26', 'Multiple authentication checks failed', 'unauthenticated'],
  ['7.27', 'Sender address has null MX', 'sender_rejected'],
  ['7.28', 'Mail flood detected', 'throttled_ip'],
  ['7.29', 'ARC validation failure', 'unauthenticated'],
  ['7.30', 'REQUIRETLS support required', 'tls_required'],
];

describe('the registry of enhanced status codes', () => {
  it.each(registry)('5.%s %s: %s', (detail, text, code) => {
    expect(explainBounce({ destination: 'example.jp', diagnosticCode: `550 5.${detail} ${text}` }).code).toBe(
      code,
    );
    // As Postfix says it of a recipient, whatever the matter is.
    const diagnosticCode = `host mx.example.com[192.0.2.1] said: 550 5.${detail} <taro@example.jp>: Recipient address rejected: ${text} (in reply to RCPT TO command)`;
    expect(explainBounce({ destination: 'example.jp', diagnosticCode }).code).toBe(code);
  });

  it.each(registry)('gives up nobody for 4.%s %s but the mailbox or its owner', (detail, text) => {
    const { action } = explainBounce({
      destination: 'example.jp',
      diagnosticCode: `450 4.${detail} ${text}`,
    });
    expect(action !== 'suppress' || detail.startsWith('1.')).toBe(true);
  });
});
