import { RbeeError } from '../errors.ts';
import type { Start } from '../messages/contract.ts';
import { createRun, isBare, isSameSubject, latestFirst, waitingFor } from '../runs/create-run.ts';
import type { Run } from '../runs/run.ts';
import type { Store } from '../runs/store.ts';
import { parseSubject } from '../subject.ts';
import type { Hives } from './hives.ts';
import type { createLastChoice } from './last-choice.ts';

type Deps = { store: Store; hives: Hives; lastChoice: ReturnType<typeof createLastChoice>; now(): number };
