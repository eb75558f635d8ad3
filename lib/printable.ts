/**
 * Control characters (C0, C1), bidirectional and zero-width characters, other invisible ones, line separators and unpaired surrogates. Pasted into a
 * terminal, some of them act as keys; displayed, others make a text look like another one.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Whether an id, name or path from a hive, hub, page or storage contains only characters that can be seen. */
export const isPrintable = (text: string): boolean => !unprintable.test(text);

const fileName = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M} _.+@=,()[\]&'!~#-]*$/u;

/** Whether a text is a path in a repository: at most 300 characters, of letters, digits and a few signs. Wider than any name seen for a model file. */
export const isFilePath = (text: string): boolean =>
  text.length <= 300 && isPrintable(text) && text.split('/').every((name) => fileName.test(name));
