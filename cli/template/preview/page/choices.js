/** What can be chosen, and what is chosen at first. */
const offered = {
  data: ['sample', 'sample.worst', 'own'],
  recipient: ['named', 'nameless'],
  width: ['375', '640', '800'],
  appearance: ['light', 'dark', 'inverted'],
  part: ['html', 'text'],
};

/** Reads the choices from the address of the page. Data that somebody typed is never part of it. */
export function readChoices(search) {
  const query = new URLSearchParams(search);
  const choices = { template: query.get('template') ?? '', locale: query.get('locale') ?? 'all' };
  for (const [name, values] of Object.entries(offered)) {
    const value = query.get(name);
    choices[name] = values.includes(value) ? value : values[0];
  }
  return { ...choices, lang: query.get('lang') ?? '' };
}

/** The address that leads back to these choices. */
export function addressOf(choices) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(choices)) {
    const first = name === 'locale' ? 'all' : (offered[name]?.[0] ?? '');
    if (value !== first) query.set(name, value);
  }
  return `?${query}`;
}

export function valuesOf(name) {
  return offered[name];
}
