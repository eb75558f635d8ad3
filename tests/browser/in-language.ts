/** Chromium takes the language from the environment on Linux, and from the argument elsewhere. */
export const inLanguage = (tag: string) => ({
  args: [`--lang=${tag}`],
  env: { ...process.env, LANGUAGE: tag.replace('-', '_') },
});
