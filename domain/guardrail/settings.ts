/** Shares of 1 at which a campaign is looked at twice, and stopped. */
export interface Limits {
  /** A canary that comes to this is followed by another one. */
  readonly unclear: number;
  readonly stop: number;
}

/** When guardrails stop a campaign, or its mail to one mailbox provider. */
export interface GuardrailSettings {
  /** Of the results. SES reviews accounts at 5 % and pauses them at 10 %. */
  readonly hardBounces: Limits;
  /** Of the accepted mails. `atOnce` holds for small numbers too. */
  readonly complaints: Limits & { readonly atOnce: number };
  readonly authentication: {
    /** Refusals in a hundred mails to a provider. */
    readonly inHundred: number;
    /** Refusals of a provider without another bounce among them. */
    readonly inARow: number;
  };
  /** Refusals for the reputation of our address or domain. */
  readonly blocks: Limits;
  /** Mails that were deferred. */
  readonly delays: Limits;
  /** At the Japanese carriers, which block whoever mails many that do not exist. */
  readonly unknownUsers: Limits;
  /** Mails that SES refused or that could not be rendered. */
  readonly refusals: { readonly stop: number };
  /** No event at all for so long after a canary went out. */
  readonly silenceMinutes: number;
  /** A canary is judged after so long, whatever is known by then. */
  readonly canaryMinutes: number;
  /** Chunks that are worked on at the same time: what is accepted of them is not counted yet. */
  readonly chunksInFlight: number;
}

/**
 * Reads the settings as the stack hands them to a function: JSON.
 *
 * @throws Error for anything else: a fault of the stack
 */
export function parseGuardrailSettings(text: string): GuardrailSettings {
  const settings = JSON.parse(text) as GuardrailSettings;
  const { hardBounces, complaints, authentication, blocks, delays, unknownUsers, refusals } = settings;
  const numbers = [
    ...[hardBounces, complaints, blocks, delays, unknownUsers].flatMap(({ unclear, stop }) => [
      unclear,
      stop,
    ]),
    ...[complaints.atOnce, authentication.inHundred, authentication.inARow, refusals.stop],
    ...[settings.silenceMinutes, settings.canaryMinutes, settings.chunksInFlight],
  ];
  if (!numbers.every((number) => Number.isFinite(number) && number > 0)) {
    throw new Error('the guardrail settings lack a number, or have one that is not above 0');
  }
  return settings;
}
