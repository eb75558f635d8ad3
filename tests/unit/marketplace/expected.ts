const theBloke = 'hf:TheBloke/Llama-2-7B-Chat-GGUF';
const llama = 'hf:meta-llama/Llama-3.2-1B';
const dreamShaper = 'civitai:4384';
const tweaker = 'civitai:58390';

const cards = (...subjects: string[]) => subjects.map((subject) => `card ${subject}`);
const under = (subject: string, words: string) => [`under "${words}" ${subject}`];
const instead = (words: string, subject: string) => [`instead of "${words}" ${subject}`];
const onHub = (subject: string) => under(subject, 'View on HuggingFace');
const onCivitai = (subject: string) => under(subject, 'View on CivitAI');
const workersOf = (kind: string, backends = ['cpu', 'cuda', 'metal', 'rocm']) =>
  cards(...backends.map((backend) => `worker:${kind}-worker-rbee-${backend}`));

const models = cards(
  theBloke,
  llama,
  'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF',
  'hf:microsoft/Phi-3-mini-4k-instruct-gguf',
  'hf:openai-community/gpt2',
  'hf:mistralai/Mistral-7B-Instruct-v0.3',
);
const images = cards(dreamShaper);
const oldWorkers = workersOf('llm');
const backendWorkers = [...workersOf('llm'), ...workersOf('sd')];
const workers = cards('worker:llm-worker-rbee', 'worker:sd-worker-rbee');
const oldCpu = 'worker:llm-worker-rbee-cpu';

/** What is to be found on each saved page (`tests/site/samples`), by file, in the order of the page. */
export const expected: Readonly<Record<string, readonly string[]>> = {
  'g0-home': [],
  'g1-home': models,
  'g1-hf-list': models,
  'g1-search': models,
  'g1-hf-detail': onHub(theBloke),
  'g1-hf-detail-dots': onHub(llama),
  'g2-home': models,
  'g2-hf-list': models,
  'g2-hf-detail': onHub(theBloke),
  'g2-hf-detail-dots': onHub(llama),
  'g3-home': models,
  'g3-hf-list': models,
  'g3-search': models,
  'g3-hf-detail': instead('Checking...', theBloke),
  'g3-hf-detail-dots': instead('Checking...', llama),
  'g3-worker-list': oldWorkers,
  'g3-worker-detail': instead('Install with rbee', oldCpu),
  'g4-home': models,
  'g4-hf-list': models,
  'g4-hf-detail': onHub(theBloke),
  'g4-hf-detail-dots': onHub(llama),
  'g4-worker-list': oldWorkers,
  'g4-worker-detail': instead('Install', oldCpu),
  'g5-hf-list': models,
  'g5-hf-filter': models,
  'g5-hf-detail': onHub(theBloke),
  'g5-hf-detail-dots': onHub(llama),
  'g5-hf-not-found': [],
  'g5-civitai-list': images,
  'g5-civitai-filter-month': images,
  'g5-civitai-filter': images,
  'g5-civitai-detail': onHub(dreamShaper),
  'g5-worker-list': backendWorkers,
  'g5-worker-filter': backendWorkers,
  'g5-worker-not-found': [],
  'g5b-civitai-detail': onCivitai(dreamShaper),
  'g5b-worker-detail': instead('Install', oldCpu),
  'g6-hf-detail': onHub(theBloke),
  'g6-hf-detail-dots': onHub(llama),
  'g6-civitai-detail': onCivitai(dreamShaper),
  'g6-worker-detail': instead('Install', oldCpu),
  'g7a-hf-detail': onHub(theBloke),
  'g7a-hf-detail-hostile': onHub(llama),
  'g7a-civitai-detail': onCivitai(dreamShaper),
  'g7a-civitai-detail-hostile': onCivitai(tweaker),
  'g7-hf-detail': onHub(theBloke),
  'g7-hf-detail-hostile': onHub(llama),
  'g7-civitai-detail': onCivitai(dreamShaper),
  'g7-civitai-detail-hostile': onCivitai(tweaker),
  'g8-hf-detail': onHub(theBloke),
  'g8-hf-detail-dots': onHub(llama),
  'g8-hf-list-query': models,
  'g8-civitai-list-query': images,
  'g8b-civitai-list': images,
  'g8b-civitai-detail': onCivitai(dreamShaper),
  'gap-home': [],
  'gap-hf-list': [],
  'gap-civitai-list': [],
  'gap-lists-hf-list': models,
  'gap-lists-civitai-list': [],
  'g9a-hf-detail': onHub(theBloke),
  'g9a-civitai-detail': onCivitai(dreamShaper),
  'g9-home': [...models, ...images],
  'g9-hf-list': models,
  'g9-hf-detail': onHub(theBloke),
  'g9-hf-detail-hostile': onHub(llama),
  'g9-hf-not-found': [],
  'g9-civitai-list': images,
  'g9-civitai-detail': onCivitai(dreamShaper),
  'g9-worker-list': workers,
  'g9-worker-detail': instead('Install Worker', 'worker:llm-worker-rbee'),
  'g9-worker-detail-sd': instead('Install Worker', 'worker:sd-worker-rbee'),
  'g10-home': [...models, ...images],
  'g10-hf-list-loading': [],
  'g10-hf-list': models,
  'g10-hf-detail': onHub(theBloke),
  'g10-hf-detail-no-readme': onHub(llama),
  'g10-hf-detail-hostile': onHub(llama),
  'g10-hf-detail-dashed': onHub(theBloke),
  'g10-hf-detail-root': onHub(theBloke),
  'g10-hf-not-found': [],
  'g10-civitai-list': images,
  'g10-civitai-list-query': images,
  'g10-civitai-detail': onCivitai(dreamShaper),
  'g10-civitai-detail-hostile': onCivitai(tweaker),
  'g10-worker-list': workers,
  'g10-worker-detail': instead('Install Worker', 'worker:llm-worker-rbee'),
  'g10-worker-detail-about': instead('Install Worker', 'worker:sd-worker-rbee'),
  'g10-worker-detail-hostile': instead('Install Worker', 'worker:sd-worker-rbee'),
};
