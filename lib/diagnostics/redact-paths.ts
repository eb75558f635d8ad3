/** Folder names that say nothing about their owner. Everything else in an absolute path is removed. */
const publicNames = new Set(
  `bin boot dev etc lib lib64 local opt proc root run sbin share src sys tmp usr var media mnt volumes home users nix store
  .cache .config .local .ollama .cargo .rustup appdata roaming library caches application support program files windows system32
  huggingface hub blobs snapshots refs main rbee models rbee-hive llm-worker-rbee workers llm cgroup fs rbee.slice
  target debug release deps build v1 jobs stream health capabilities heartbeats inference api`.split(/\s+/),
);
const isPublic = (name: string): boolean =>
  publicNames.has(name.toLowerCase()) ||
  /^(?:\d+|~|job-[\da-f-]+|models--[\w.-]+|(?:llm-)?worker-[\w.-]+|rbee-[\w.-]+|[\da-f]{40,64}(?:\.part)?)$/i.test(
    name,
  ) ||
  /\.(?:gguf|safetensors|part|lock|json|toml|rs|so|dll|exe|py|sh|log)$/i.test(name);

// A user's name may contain spaces; where it ends is certain only if a folder follows. Capitalised words that follow are taken for a part.
const lastName = String.raw`[^\s\\/:*?"'<>|()[\]{},;]+(?: [A-Z][^\s\\/:*?"'<>|()[\]{},;]*)*`;
const slash = String.raw`(?:\\?\/|%2F)`;
const homes = [
  new RegExp(
    String.raw`(?:\b[A-Za-z]:|\/(?:mnt\/)?[A-Za-z](?=[\\/]{1,4}[Uu]sers\b))[\\/]{1,4}(?:[Uu]sers|USERS)[\\/]{1,4}(?:[^\\/:*?"<>|\r\n]{1,64}(?=[\\/])|${lastName})`,
    'g',
  ),
  new RegExp(String.raw`(?:${slash}var)?${slash}(?:home|users)${slash}+(?:(?!%2F)[^\s\\/"'\`<>:;,()[\]{}|])+`, 'gi'),
];

const posixName = String.raw`[^\s\\/"'\`<>|:;,()[\]{}]+`;
/** The name of a removable disk or its owner may contain spaces, too. */
const spacedName = String.raw`[^\s\\/"'\`<>|:;,()[\]{}]+(?: [^\s\\/"'\`<>|:;,()[\]{}]+){0,2}(?=\/)`;
const paths = [
  // `~/x`, `/media/x`, `file:///srv/x`; neither the path of an address nor a model's id.
  new RegExp(
    String.raw`(?:~|(?<=file:\/\/)|(?<![\w.:/\\~…%*-]))(?:\/(?:run\/)?(?:media|mnt|Volumes)(?:\/${spacedName}){1,2})?(?:\/${posixName})+`,
    'g',
  ),
  /(?<![\w.:/\\-])(?:%2F[^\s%/\\"'&]+){2,}/gi,
  // `D:\x\y`, `~\x`, `\\server\share\x`, with `/` or doubled separators as well.
  new RegExp(
    String.raw`(?:(?<!\w)[A-Za-z]:|~|(?<![\\\w:])\\{2,4}[\w.-]+)(?:[\\/]{1,4}(?! )[^\\/:*?"<>|\r\n]{1,64}(?<! )(?=[\\/]))*[\\/]{1,4}${lastName}`,
    'g',
  ),
];

/** Replaces home folders by `~`, and in all other absolute paths the names of folders that may say whose they are by `…`. */
export function redactPaths(text: string): string {
  let rest = text;
  for (const pattern of homes) rest = rest.replace(pattern, '~');
  for (const pattern of paths) rest = rest.replace(pattern, redactPath);
  return rest;
}

function redactPath(path: string): string {
  // A server's name is left to the redaction of hosts.
  const [, prefix = '', names = ''] = /^(~|[A-Za-z]:|\\{2,4}[\w.-]+)?(.*)$/s.exec(path) ?? [];
  const parts = names.split(/((?:[\\/]|%2F)+)/i);
  let isModelFolder = false;
  const shown = parts.map((part, index) => {
    if (index % 2 === 1 || part === '') return part;
    const keep = isModelFolder || isPublic(part);
    // The folders in a hive's catalog are named after its models.
    isModelFolder = part === 'models' && parts[index - 2] === 'rbee';
    return keep ? part : '…';
  });
  return prefix + shown.join('').replaceAll(/…(?:(?:[\\/]|%2F)+…)+/gi, '…');
}
