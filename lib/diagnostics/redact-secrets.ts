/** Prefixes of tokens that services publish for scanners: Hugging Face, GitHub, GitLab, npm, PyPI, Slack, OpenAI, Google, AWS, Docker. */
const tokens = [
  /\bhf_(?:oauth_|jwt_)[\w.-]+|\b(?:hf_|api_org_)[a-zA-Z\d]{16,}/g,
  /\b(?:gh[opusr]_|github_pat_|glpat-|npm_|pypi-|dckr_pat_)[\w-]{8,}/g,
  /\bsk-[\w-]{8,}|\bxox[a-z]-[\w-]{8,}|\bAIza[\w-]{20,}|\b(?:AKIA|ASIA)[A-Z\d]{12,}/g,
  // JSON Web Tokens
  /\beyJ[\w-]{6,2000}\.[\w-]*(?:\.[\w-]*)?/g,
];

const secretName =
  '(?:token|secret|passwd|password|passphrase|credential|api[_-]?key|access[_-]?key|private[_-]?key)[\\w-]{0,40}';
/** A quoted text to its end, or to the end of the line if it has none; else one word. A quote may be escaped, as in JSON in a text. */
const value = String.raw`(?:"(?:[^"\\\n]|\\.)*(?:"|$)|'(?:[^'\\\n]|\\.)*(?:'|$)|\\+"[^"\n]*(?:"|$)|[^\s"'&,;]+)`;

const rules: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, '…'],
  [/\b(bearer[\s:=]+)[^\s"',;]+/gi, '$1…'],
  [/\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:basic\s+)?|(?:set-)?cookie["']?\s*[:=]\s*)[^\s"',;]+/gi, '$1…'],
  [new RegExp(String.raw`(${secretName}\\*["']?\s*[=:]\s*)${value}`, 'gi'), '$1…'],
  [new RegExp(String.raw`(--[\w-]{0,40}?${secretName}\s+)${value}`, 'gi'), '$1…'],
  // Signed download addresses carry their permission in the query.
  [/\b([a-z][a-z\d+.-]{1,20}:\/\/[^\s"'<>?#]{0,2000})[?#][^\s"'<>]*/gi, '$1?…'],
];

/** Removes tokens, passwords, keys and signed queries. */
export function redactSecrets(text: string): string {
  let rest = text;
  for (const pattern of tokens) rest = rest.replace(pattern, (token) => `${/^[a-zA-Z]+[-_]?/.exec(token)?.[0] ?? ''}…`);
  for (const [pattern, replacement] of rules) rest = rest.replace(pattern, replacement);
  return rest;
}
