/** Markup that is already escaped. Only `html` and `raw` make it. */
export type Html = { readonly text: string };

type Value = Html | string | number | false | null | undefined | readonly Value[];

export const raw = (text: string): Html => ({ text });

/** Tagged template: strings are escaped, arrays joined, `false` and `undefined` leave nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return raw(strings.reduce((text, part, index) => text + render(values[index - 1]) + part));
}

function render(value: Value): string {
  if (value === false || value === null || value === undefined) return '';
  if (typeof value === 'object') return 'text' in value ? value.text : value.map(render).join('');
  return String(value).replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
