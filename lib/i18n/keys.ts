type Key<S extends string> = S extends `${infer Start}-${infer Rest}` ? `${Start}_${Key<Rest>}` : S;

/** The part of a text's key that stands for a code, such as `no_gguf` for `no-gguf`: browsers allow no hyphens in the names of texts. */
export const toKey = <S extends string>(code: S): Key<S> => code.replaceAll('-', '_') as Key<S>;
