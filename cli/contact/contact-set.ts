import { isTopic } from '../../domain/contact/contact.ts';
import { checkHeaderText } from '../../domain/header.ts';
import { releasedNow, suppressedNow } from '../../domain/suppression/suppression-record.ts';
import { zoneClock } from '../../domain/wall-clock.ts';
import { addressOf } from '../address-argument.ts';
import { type Call, type Command, CommandError, pipelineOptions, UsageError } from '../command.ts';
import { connect } from '../connection.ts';
import { readErased } from '../erased.ts';
import { operatorOf, operatorOption } from '../operator.ts';
import { contactIn, renderContact } from './contact-show.ts';
import { keepChoice } from './topic-choice.ts';

export const contactSet: Command = {
  name: 'contact set',
  summary: 'Writes down what the owner of an address asked for; "on" takes an unsubscribe of the topic back.',
  positionals: ['ADDRESS'],
  options: {
    topic: { type: 'string', multiple: true, value: 'TOPIC=on|off', help: 'newsletter=on' },
    name: { type: 'string', value: 'TEXT', help: 'display name' },
    locale: { type: 'string', value: 'TAG', help: 'ja, en-GB' },
    'time-zone': { type: 'string', value: 'ZONE', help: 'Asia/Tokyo' },
    evidence: { type: 'string', value: 'TEXT', help: 'what proves it: a form, a letter' },
    ...operatorOption,
    ...pipelineOptions,
  },
  async run(call, { out }) {
    const { wire: address, recipientId } = addressOf(call.positionals[0] ?? '');
    const topics = topicsOption(call);
    const preferences = preferencesOption(call);
    if (topics.size === 0 && Object.keys(preferences).length === 0) {
      throw new UsageError('nothing to set: --topic, --name, --locale or --time-zone');
    }
    const { outputs } = await connect(call);
    if ((await readErased(outputs)).of(recipientId) !== undefined) {
      throw new CommandError(`${address} was erased: "todoke suppression remove ${address}" lifts that`);
    }
    const evidence = call.text('evidence');
    const consent = {
      atMs: Date.now(),
      source: 'cli',
      actor: operatorOf(call),
      ...(evidence === undefined ? {} : { evidence }),
    };
    await keepChoice(
      outputs,
      { recipientId, address, preferences, topics, consent, renews: true },
      {
        wanted: (record, scope) => releasedNow(record, { ...consent, scope }),
        unwanted: (record, scope) => suppressedNow(record, { ...consent, scope, reason: 'unsubscribe' }),
      },
    );
    const contact = await contactIn(outputs, { wire: address, recipientId });
    out(call.flag('json') ? JSON.stringify(contact) : renderContact(contact));
    return 0;
  },
};

function topicsOption(call: Call): Map<string, boolean> {
  return new Map(
    call.texts('topic').map((option) => {
      const [, topic = '', value] = /^(.*)=(on|off)$/.exec(option) ?? [];
      if (!isTopic(topic)) {
        throw new UsageError(`--topic ${option}: it is TOPIC=on or TOPIC=off`);
      }
      return [topic, value === 'on'];
    }),
  );
}

function preferencesOption(call: Call) {
  const [name, locale, timeZone] = [call.text('name'), call.text('locale'), call.text('time-zone')];
  if (timeZone !== undefined && zoneClock(timeZone) === undefined) {
    throw new UsageError(`--time-zone "${timeZone}" is no time zone such as Asia/Tokyo`);
  }
  return {
    ...(name === undefined ? {} : { name: checkHeaderText(name, 'name') }),
    ...(locale === undefined ? {} : { locale }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}
