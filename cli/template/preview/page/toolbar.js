import { valuesOf } from './choices.js';
import { element } from './element.js';
import { localeName } from './words.js';

/**
 * The choices as groups of radio buttons, which the arrow keys move through.
 *
 * @param choose - Is called with the name of a choice and its new value.
 */
export function toolbar({ choices, draft, words, language, choose }) {
  const labels = {
    data: words.datas,
    recipient: words.recipients,
    width: words.widths,
    appearance: words.appearances,
    part: words.parts,
  };
  const locales = draft?.locales ?? [];
  const group = (name, legend, options) =>
    element(
      'fieldset',
      {},
      element('legend', {}, legend),
      ...options.map(([value, label]) =>
        element(
          'label',
          {},
          element('input', {
            type: 'radio',
            name,
            value,
            checked: choices[name] === value,
            change: () => choose(name, value),
          }),
          element('span', {}, label),
        ),
      ),
    );
  return [
    group('locale', words.locale, [
      ['all', words.all],
      ...locales.map((locale) => [locale, localeName(locale, language)]),
    ]),
    ...['data', 'recipient', 'width', 'appearance', 'part'].map((name) =>
      group(
        name,
        words[name],
        valuesOf(name).map((value) => [value, labels[name][value]]),
      ),
    ),
  ];
}
