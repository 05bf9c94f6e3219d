import type { BounceEvidence } from '../domain/bounce/evidence.ts';
import { type BounceReason, explainBounce } from '../domain/bounce/explain.ts';
import { type Command, CommandError } from './command.ts';
import { renderTable } from './table.ts';

const texts = ['remoteMta', 'status', 'replyCode', 'diagnosticCode', 'bounceType', 'bounceSubType'] as const;

export const bounceExplain: Command = {
  name: 'bounce explain',
  summary: 'Says why each bounce on standard input happened, whose fault it is and what to do.',
  positionals: [],
  options: {
    json: {
      type: 'boolean',
      help: 'a line of JSON per bounce; the table is for people and may change',
    },
  },
  async run(call, { out, stdin }) {
    const bounces = (await stdin())
      .split('\n')
      .map((line, i) => ({ line: line.trim(), number: i + 1 }))
      .filter(({ line }) => line !== '')
      .map(({ line, number }) => parseBounce(line, number));
    const reasons = bounces.map((bounce) => ({ bounce, reason: explainBounce(bounce) }));
    if (call.flag('json')) {
      for (const { reason } of reasons) {
        out(JSON.stringify(recordOf(reason)));
      }
    } else {
      out(render(reasons));
    }
    return 0;
  },
};

/** One line: `{"destination":"example.com","diagnosticCode":"550 5.1.1 …"}`, and what else is known of the bounce. */
function parseBounce(line: string, number: number): BounceEvidence {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new CommandError(`line ${number} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CommandError(`line ${number} is not a JSON object`);
  }
  const fields: Readonly<Record<string, unknown>> = { ...value };
  if (typeof fields.destination !== 'string') {
    throw new CommandError(`line ${number} lacks destination, the domain or address of the recipient`);
  }
  const wrong = texts.find((name) => fields[name] != null && typeof fields[name] !== 'string');
  if (wrong !== undefined) {
    throw new CommandError(`line ${number}: ${wrong} is not a text`);
  }
  if (fields.atMs != null && typeof fields.atMs !== 'number') {
    throw new CommandError(`line ${number}: atMs is not a number, the epoch milliseconds of the bounce`);
  }
  return {
    destination: fields.destination,
    ...Object.fromEntries(texts.flatMap((name) => (fields[name] == null ? [] : [[name, fields[name]]]))),
    ...(typeof fields.atMs === 'number' && { atMs: fields.atMs }),
  };
}

/** The stable shape of `--json`: `reason` is Sisimai's word, `code` ours. */
function recordOf({ sisimai, ...rest }: BounceReason) {
  return { reason: sisimai, ...rest };
}

function render(
  reasons: readonly { readonly bounce: BounceEvidence; readonly reason: BounceReason }[],
): string {
  const table = renderTable(
    ['destination', 'reason', 'fault', 'action', 'sure', 'rule'],
    reasons.map(({ bounce: { destination }, reason: { code, fault, action, confidence, ruleId } }) => [
      destination.slice(destination.lastIndexOf('@') + 1),
      code,
      fault,
      action,
      confidence,
      ruleId,
    ]),
  );
  const explained = new Map(reasons.map(({ reason }) => [reason.code, reason]));
  const meanings = [...explained].map(
    ([code, { textJa, fixJa, textEn, fixEn }]) =>
      `${code}\n  ${textJa}\n  → ${fixJa}\n  ${textEn}\n  → ${fixEn}`,
  );
  return [table, ...meanings].join('\n\n');
}
