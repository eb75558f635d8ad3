import license, { type Dependency } from 'rollup-plugin-license';

// WXT runs Vite once per bundle, and every run writes the notices of all bundles so far.
const bundled = new Map<string, Dependency>();

const sourceOf = ({ repository, homepage }: Dependency): string | null =>
  (typeof repository === 'object' ? repository?.url : repository) ?? homepage;

/** Writes the licences of all bundled packages to a file in the build, as MIT and MPL-2.0 require. */
export function thirdPartyNotices(file: string) {
  const template = (dependencies: Dependency[]): string => {
    for (const dependency of dependencies) bundled.set(dependency.name ?? '', dependency);
    const all = [...bundled.values()].sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
    // Not every package of a monorepo contains the licence text of its repository.
    const textOf = (of: Dependency) =>
      of.licenseText ?? all.find((other) => other.licenseText && sourceOf(other) === sourceOf(of))?.licenseText;
    return all
      .map((one) => `${one.name} ${one.version} (${one.license})\n${sourceOf(one)}\n\n${textOf(one)?.trim()}\n`)
      .join(`\n${'-'.repeat(80)}\n\n`);
  };
  return license({ thirdParty: { output: { file, template } } });
}

/**
 * Preact assigns `innerHTML` for `dangerouslySetInnerHTML`, which we never use and which addons-linter reports. With this a
 * mistake shows the markup as text.
 */
export const preactWithoutHtml = {
  name: 'preact-without-html',
  transform: {
    filter: { id: /node_modules\/preact\/dist\/preact\.m?js/ },
    handler: (code: string) => code.replaceAll(/(\w)\.innerHTML=/g, '$1.textContent='),
  },
};
