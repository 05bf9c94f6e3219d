import type { BounceEvidence } from '../domain/bounce/evidence.ts';
import { type BounceReason, explainBounce } from '../domain/bounce/explain.ts';
import type { Command } from './command.ts';
import { renderTable } from './table.ts';

const texts = [
  'destination',
  'remoteMta',
  'status',
  'replyCode',
  'diagnosticCode',
  'bounceType',
  'bounceSubType',
] as const;

export const bounceExplain: Command = {
  name: 'bounce explain',
  summary:
    'Says why each bounce on standard input, one JSON object a line, happened, whose fault it is and what to do.',
  positionals: [],
  options: {
    json: {
      type: 'boolean',
      help: 'a line of JSON per bounce; the table is for people and may change',
    },
  },
  async run(call, { out, err, stdin }) {
    const explained: Explained[] = [];
    let wrong = 0;
    const lines = (await stdin()).replace(/^\ufeff/, '').split('\n');
    for (const [i, line] of lines.entries()) {
      if (line.trim() === '') {
        continue;
      }
      const bounce = readBounce(line);
      if (typeof bounce === 'string') {
        wrong++;
        err(`line ${i + 1}: ${bounce}`);
        // A line of output for each of input, so that a program can hold them side by side.
        if (call.flag('json')) out(JSON.stringify({ line: i + 1, error: bounce }));
      } else if (call.flag('json')) {
        out(JSON.stringify(recordOf(explainBounce(bounce))));
      } else {
        explained.push({ bounce, reason: explainBounce(bounce) });
      }
    }
    if (!call.flag('json')) {
      out(render(explained));
    }
    return wrong === 0 ? 0 : 1;
  },
};

interface Explained {
  readonly bounce: BounceEvidence;
  readonly reason: BounceReason;
}

/**
 * One line: `{"destination":"example.com","diagnosticCode":"550 5.1.1 …"}`, and what else is known of the bounce. Any field may be
 * missing or null.
 *
 * @returns what is wrong with it, where it cannot be read; never the line itself, which may quote an address
 */
function readBounce(line: string): BounceEvidence | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'not a JSON object';
  }
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const given = texts.filter((name) => fields[name] != null);
  const wrong = given.find((name) => !['string', 'number'].includes(typeof fields[name]));
  if (wrong !== undefined) {
    return `${wrong} is not a text`;
  }
  if (fields.atMs != null && typeof fields.atMs !== 'number') {
    return 'atMs is not a number, the epoch milliseconds of the bounce';
  }
  return {
    destination: '',
    ...Object.fromEntries(given.map((name) => [name, String(fields[name])])),
    ...(typeof fields.atMs === 'number' && { atMs: fields.atMs }),
  };
}

/** The stable shape of `--json`: `reason` is Sisimai's word, `code` ours. */
function recordOf({ sisimai, ...rest }: BounceReason) {
  return { reason: sisimai, ...rest };
}

function render(reasons: readonly Explained[]): string {
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
