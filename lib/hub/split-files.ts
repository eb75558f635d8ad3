/** How uploaders split a model: llama.cpp's own tool, `.part1of2` (mradermacher), `-split-a` (TheBloke, 2023). */
const patterns = [
  /^(?<stem>.+)-\d{2,6}-of-(?<parts>\d{2,6})\.gguf$/i,
  /^(?<stem>.+)\.gguf\.part\d+of(?<parts>\d+)$/i,
  /^(?<stem>.+)\.gguf[-.](?:split|part)[-.]?[a-z\d]{1,3}$/i,
];

/** The model that a part of a split file belongs to, and the number of its parts if the name states it. */
export function splitOf(path: string): { stem: string; parts?: number } | undefined {
  for (const pattern of patterns) {
    const { stem, parts } = pattern.exec(path)?.groups ?? {};
    if (stem) return { stem, ...(parts && { parts: Number(parts) }) };
  }
  return undefined;
}

/** Whether a path is a GGUF file or a part of one. */
export const isGguf = (path: string): boolean => /\.gguf$/i.test(path) || splitOf(path) !== undefined;
