import type { Plugin } from 'vite';

/**
 * Of `@huggingface/tasks` only the GGUF names are used. It does not say that its modules have no side effects, so without this
 * all of it, 60 kB gzip, would come along (measured 2026-11-23). Rolldown's own rule for that would undo what other packages say.
 */
function ggufNamesOnly(): Plugin {
  return {
    name: 'gguf-names-only',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (source !== '@huggingface/tasks' && !importer?.includes('/@huggingface/tasks/')) return null;
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      return resolved && { ...resolved, moduleSideEffects: false };
    },
    // An enum compiled to a call cannot be seen to be unused; the one that is used is told in half the bytes, name by name.
    transform: (code, id) =>
      id.includes('/@huggingface/tasks/')
        ? code
            .replace('(function (GGMLQuantizationType)', '/* @__PURE__ */ (function (GGMLQuantizationType)')
            .replace(/(\(function \((GGMLFileQuantizationType)\) \{)([^}]*)\}/, (_, begin, name, lines: string) => {
              const members = [...lines.matchAll(/\["(\w+)"\] = (\d+)/g)].map(([, key, value]) => `${key}:${value}`);
              return `${begin}for (const [k, v] of Object.entries({${members}})) ${name}[${name}[k] = v] = k;}`;
            })
        : null,
  };
}

/**
 * What packages ask at every turn, and what is never so here. With the answers written in, the minifier leaves out what hangs on them:
 * 2 kB gzip of the service worker (zod 4.6.7, eventsource-parser 3.1.1, 2026-11-25). Unit tests run on the same (`tests/vitest.config.ts`).
 *
 * zod: no check waits for anything, has conditions or is one of zod's own for sizes; no schema is read backwards, coerces, is recursive,
 * has words of its own, is part of a union or a template, is handed to others as a Standard Schema, or asked for its class. `tests/unit/architecture.test.ts`
 * keeps to the small classes of zod of which this holds. eventsource-parser: `lib/hive/sse.ts` hands it one kind of line ends, and
 * wants nothing but events.
 */
const neverSo: [file: RegExp, answers: [asks: RegExp, answer: string][]][] = [
  [
    /\/zod\/v4\/(?:core|mini)\/(?:schemas|core|util)\.js$/,
    [
      [/\b[\w.]+ instanceof Promise\b/g, 'false'],
      [/\bparse\.(?:p|safeP)arseAsync\(this,[^;]*\)/g, 'undefined'],
      [/\bctx\??\.(?:direction|abortEarly|skipChecks)\b/g, 'undefined'],
      [/\b(?:def\.coerce|payload\.memo|ch\._zod\.def\.when)\b/g, 'undefined'],
      [/\b(?:core\.globalConfig\.memoizer|globalThis\.__zod_globalConfig\?\.postProcessor)\b/g, 'undefined'],
      [/\b(?:capSize\(inst, \w+Size\)|util\.hide\(this, "~standard", standardProps\(this\)\))/g, 'undefined'],
      [/^ {4}util\.defineLazyInternal\(inst, "(?:propValues|pattern|values)", (?:.*\);|[\s\S]*?^ {4}\}\);)$/gm, ''],
      [/\bunwrapMessage\([^;\n]*\) \?\?/g, ''],
      [
        /^ {4}Object\.defineProperty\((?:_|Definition), (?:"name"|Symbol\.hasInstance), \{(?:.*|[\s\S]*?^ {4})\}\);$/gm,
        '',
      ],
      [/^ {8}for \(const k in proto\) \{[\s\S]*?^ {8}\}$/m, ''],
      [/\? newError\(Definition\)/, '? new Definition()'],
    ],
  ],
  [
    /\/eventsource-parser\/dist\/index\.js$/,
    [
      [/\btypeof config == "function"/, 'false'],
      [/, onError = noop, onRetry = noop, onComment, maxBufferSize \} = config/, ' } = config, onRetry = noop'],
      [/\bmaxBufferSize !== void 0/, 'false'],
      [/\bchunk\.indexOf\("\\r"\) === -1/g, 'true'],
      [/\bonError\(\s*new ParseError\([\s\S]*?\}\s*\)\s*\)/g, 'undefined'],
      [/\bif \(onComment\)/, 'if (false)'],
      [/\breturn \{ feed, reset \}/, 'return { feed }'],
    ],
  ],
];

function answerNeverSo(): Plugin {
  return {
    name: 'answer-never-so',
    enforce: 'pre',
    transform(code, id) {
      const [, answers] = neverSo.find(([file]) => file.test(id)) ?? [];
      return answers?.reduce((text, [asks, answer]) => text.replace(asks, answer), code);
    },
  };
}

/** What is left of the packages that ship, in builds and in unit tests alike. */
export const lessOfPackages = (): Plugin[] => [ggufNamesOnly(), answerNeverSo()];
