import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vite';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');

/** Attributes and properties that are displayed or read by screen readers. */
const visible =
  /^(?:textContent|innerText|title|placeholder|alt|label|about|hint|message|aria-?(?:label|description|valuetext|roledescription))$/i;
const hasWord = (value: unknown): value is string => typeof value === 'string' && /\p{L}{2}/u.test(value);

type Node = { type: string; [key: string]: unknown };

/** The literal texts in a TypeScript file that would be shown to users. */
function visibleTexts(code: string, lang: 'ts' | 'tsx' = 'tsx'): string[] {
  const found: string[] = [];
  const literal = (value: unknown) => {
    const node = value as Node | null;
    if (node?.type === 'Literal' && hasWord(node.value)) found.push(node.value);
    if (node?.type !== 'TemplateLiteral') return;
    for (const { value } of node.quasis as { value: { cooked: string } }[])
      if (hasWord(value.cooked)) found.push(value.cooked);
  };
  const nameOf = (node: unknown) => String((node as Node).name ?? (node as Node).value ?? '');
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (node.type === 'JSXText' && hasWord(node.value)) found.push(node.value.trim());
    if (node.type === 'JSXAttribute' && visible.test(nameOf(node.name))) literal(node.value);
    if (/^JSX(?:Element|Fragment)$/.test(node.type))
      for (const child of node.children as Node[])
        if (child.type === 'JSXExpressionContainer') literal(child.expression);
    if (node.type === 'Property' && visible.test(nameOf(node.key))) literal(node.value);
    if (node.type === 'AssignmentExpression' && (node.left as Node).type === 'MemberExpression') {
      if (visible.test(nameOf((node.left as Node).property))) literal(node.right);
    }
    if (
      node.type === 'CallExpression' &&
      /^(?:append|prepend|createTextNode)$/.test(nameOf((node.callee as Node).property ?? {}))
    )
      (node.arguments as unknown[]).forEach(literal);
    Object.values(node).forEach(visit);
  };
  visit(parseAst(code, { lang }));
  return found;
}

it.each([
  ['<p>Hello there</p>', ['Hello there']],
  ['<button aria-label="Close" class="close">×</button>', ['Close']],
  ['<b>{`All runs`}</b>', ['All runs']],
  ['element.textContent = "Done"', ['Done']],
  ['element.append("Done", part)', ['Done']],
  ['notify({ title: "Done", type: "basic" })', ['Done']],
  ['<p class="hint">{i18n.t("run.open")} · {name}</p>', []],
])('in %s the texts %j are visible', (code, texts) => {
  expect(visibleTexts(`const _ = ${code};`)).toEqual(texts);
});

it('no visible text is outside lib/locales', () => {
  const files = globSync('{lib,components,entrypoints}/**/*.{ts,tsx}', { cwd: root });
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((path) =>
    visibleTexts(read(path), path.endsWith('x') ? 'tsx' : 'ts').map((text) => `${path}: ${text}`),
  );
  expect(found).toEqual([]);
});

it('HTML pages contain no text but the name of the extension', () => {
  const pages = globSync('entrypoints/**/*.html', { cwd: root });
  expect(pages.length).toBeGreaterThan(1);
  const texts = pages
    .flatMap((path) =>
      read(path)
        .replace(/<[^>]*>/g, ' ')
        .split(/\s+/),
    )
    .filter(Boolean);
  expect(new Set(texts)).toEqual(new Set(['rbee']));
});
