/** What is known of the models of a repository without opening them. The hub reads the header of one of the repository's files. */
export type GgufFacts = {
  /** `general.architecture`. */
  architecture?: string;
  /** Number of weights. */
  total?: number;
  /** Tokens of context that the model was trained for. */
  contextLength?: number;
  /** The text of its `bos_token`: `<s>`. */
  firstToken?: string;
  /** The text of its `eos_token`: `</s>`. */
  lastToken?: string;
  chatTemplate?: string;
  /** The repository's id and those of its base models. */
  names?: string[];
};

/**
 * Architectures of files that accompany a language model. If the hub names one of these, it read the header of such a file, and the
 * architecture of the models in the repository is not known.
 */
const companions = new Set(['clip', 'imatrix', 'wavtokenizer-dec', 'eagle3', 'dflash', 'adapter', 'controlvector']);

/** The facts without those that the hub read from a file that is no model. */
export function modelFacts({ names, ...facts }: GgufFacts): GgufFacts {
  return { ...(companions.has(facts.architecture ?? '') ? {} : facts), ...(names && { names }) };
}
