const hub = 'https://huggingface.co';

/** The page of a repository, where its licence can be accepted. */
export const repositoryPage = (repo: string): string => `${hub}/${repo}`;

/** The files of a repository. */
export const filesPage = (repo: string): string => `${hub}/${repo}/tree/main`;

/** What converters append to a model's name. */
const formats = /[-_.](?:gguf|awq|gptq|exl[23]|mlx|fp8|nvfp4|bnb)(?:[-_.].*)?$/i;

/** The list of repositories with GGUF files whose names contain that of the model; without a repository, of all. */
export function searchPage(repo?: string): string {
  const name = repo?.slice(repo.indexOf('/') + 1).replace(formats, '');
  return `${hub}/models?${new URLSearchParams({ library: 'gguf', ...(name && { search: name }) })}`;
}
