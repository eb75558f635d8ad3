import { RbeeError } from '../errors.ts';
import { largestDevice } from '../hub/best-hive.ts';
import { diskBytes } from '../hub/disk.ts';
import { hiveModelId } from '../hub/files.ts';
import type { FileOffer, PageItem, PageOffer, Request } from '../messages/contract.ts';
import { isInstalled } from '../runs/evidence.ts';
import { namedBackend, neededWorker } from '../runs/operation.ts';
import { equip } from '../runs/resolve.ts';
import { type Backend, backends } from '../runs/run.ts';
import type { Store } from '../runs/store.ts';
import type { Settings } from '../settings/settings.ts';
import { parseSubject } from '../subject.ts';
import { formatBytes, formatCount, formatMemory } from '../words/bytes.ts';
import { say } from '../words/say.ts';
import { lookAt, makeOffer } from './offer.ts';
import { type PickDeps, pickHive } from './pick-hive.ts';

type Deps = PickDeps & { store: Store; settings(): Settings };
type Group = PageOffer['groups'][number];

/** A page is answered after this time, with what is known by then. */
const patienceMs = 4_000;
/** A hive sends its telemetry once a second. */
const heartbeatMs = 1_200;

const fits: Record<FileOffer['fit'], string> = {
  gpu: 'choice.fits_gpu',
  cpu: 'choice.fits_cpu',
  'too-large': 'choice.too_large',
  unknown: 'choice.fit_unknown',
};
const noFile = { 'no-fit': 'choice.no_fit', split: 'offer.split', 'no-gguf': 'error.no_gguf.title' };

/** Model files are told apart by tenths of a GB. */
const inGb = (bytes: number): string => formatBytes(bytes, 10);
const mark = (usual: boolean) => ({ ...(usual && { usual: true as const }) });
const join = (...parts: (string | false | 0 | undefined)[]): string => parts.filter(Boolean).join(' · ');

/** What a page's button says and offers, in words. Throws only where the subject is none, or the hive none of the person's. */
export async function makePageOffer(
  { subject: text, hive: asked }: Request<'page/offer'>,
  { store, settings, ...deps }: Deps,
): Promise<PageOffer> {
  const { hives, hub } = deps;
  const subject = parseSubject(text);
  if (!subject) throw new RbeeError('message-rejected', text);
  const named = hives.known(asked === 'best' ? undefined : asked);
  if (subject.kind === 'civitai') return { told: [], groups: [] };

  const never = new AbortController().signal;
  const over = new Promise<undefined>((resolve) => setTimeout(resolve, patienceMs));
  const soon = <T>(work: Promise<T>): Promise<T | undefined> => Promise.race([work.catch(() => undefined), over]);
  const anyHive = hives.isOpen(asked);
  const best = anyHive ? await soon(pickHive(text, deps, never)) : undefined;
  const wanted = best?.url ?? named ?? hives.preferred();
  const seen = soon(lookAt(wanted, hives, never)).then((look) => look ?? { hive: wanted, devices: [], models: [] });
  const start = { subject: text, ...(asked && { hive: asked }) };

  const hiveGroup = async (): Promise<Group> => {
    const items = hives.named().map(async ({ url, name }): Promise<PageItem> => {
      const device = largestDevice((await soon(hives.verify(url, never)))?.devices ?? []);
      const words = device && { name: device.name, memory: formatMemory(device.memoryGb) };
      return {
        text: name || new URL(url).host,
        hint: words
          ? say([device.kind === 'gpu' ? 'hive.device_gpu' : 'hive.device_cpu', words])
          : say(['hive.unknown']),
        hive: url,
        ...mark(!anyHive && url === wanted),
      };
    });
    const bestItem = { text: say(['offer.best']), hint: '', hive: 'best', ...mark(anyHive) };
    return { title: say(['offer.hive']), items: [bestItem, ...(await Promise.all(items))] };
  };

  async function offerModel(repo: string, file: string | undefined): Promise<PageOffer> {
    const telemetry = seen.then(({ hive, devices }) =>
      devices.length > 0 ? soon(hives.client(hive).telemetry(AbortSignal.timeout(heartbeatMs))) : undefined,
    );
    const last = await deps.lastChoice.get(wanted);
    let gated = false;
    const offer = await soon(
      makeOffer(repo, seen, { hub, last }, never).catch((error: unknown) => {
        gated = error instanceof RbeeError && error.code === 'gated';
        return undefined;
      }),
    );
    const { hive } = await seen;
    const running = new Set((await telemetry)?.workers.map(({ model }) => model));
    for (const run of store.all()) if (run.state === 'running' && run.hive === hive) running.add(run.model);

    const { files = [], derivatives = [], usual, none } = offer ?? {};
    gated ||= !!offer?.gated;
    const nameOf = nameFiles(files);
    const textOf = (one: FileOffer) => join(nameOf(one), one.sizeBytes && inGb(one.sizeBytes));
    const fileItem = (one: FileOffer): PageItem => {
      const { needBytes = 0, roomBytes = 0, fit, refused, path } = one;
      const numbers = { need: inGb(needBytes), room: inGb(roomBytes) };
      return {
        text: textOf(one),
        hint: join(
          say([refused ? 'choice.split' : fits[fit]]),
          !refused && fit !== 'gpu' && roomBytes > 0 && say(['offer.need', numbers]),
          one.loads === 'no' && say(['choice.not_loaded']),
          one.there && say(['choice.there']),
          running.has(hiveModelId(offer?.repo ?? repo, path)) && say(['offer.running']),
        ),
        ...mark(path === taken?.path),
        ...(refused ? { off: true } : { start: { ...start, subject: `hf:${repo}:${path}` } }),
      };
    };
    const taken = files.find(({ path }) => path === (file ?? usual));
    const told = [
      taken?.there && say(['offer.there']),
      gated && say(['offer.gated']),
      !offer && !gated && say(['offer.unlisted']),
      none && !file && say([derivatives.length > 0 ? 'choice.derivatives' : noFile[none]]),
      taken?.sizeBytes && !taken.there && say(['offer.disk', { size: inGb(diskBytes(taken.sizeBytes)) }]),
    ].filter((sentence) => typeof sentence === 'string');
    return {
      told,
      ...(taken && { detail: textOf(taken) }),
      ...(gated && {
        telling: true,
        link: { text: say(['offer.accept']), url: `https://huggingface.co/${offer?.repo ?? repo}` },
      }),
      groups: [
        { title: say(['offer.file']), items: files.map(fileItem) },
        {
          title: say(['offer.derivatives']),
          items: derivatives.map(({ repo, downloads }) => ({
            text: repo,
            hint: say(['choice.downloads', { n: formatCount(downloads) }]),
            start: { ...start, repo },
          })),
        },
      ],
    };
  }

  async function offerWorker(id: string): Promise<PageOffer> {
    const [installed = [], { devices }] = await Promise.all([soon(hives.installed(wanted, never)), seen]);
    const only = namedBackend(id);
    const usual = devices.length > 0 ? equip(text, devices, settings().worker).worker : undefined;
    const mine = backends.filter((backend) => !only || backend === only);
    const there = mine.filter((worker) => {
      const needed = neededWorker({ subject: text, device: { worker, index: 0 } });
      return installed.some((one) => isInstalled(one, needed));
    });
    const item = (worker: Backend): PageItem => ({
      text: say([`offer.${worker}`]),
      hint: there.includes(worker) ? say(['offer.installed']) : '',
      ...mark(worker === usual),
      start: { ...start, worker },
    });
    const bare = (worker: Backend): PageItem => ({
      text: join(say(['offer.bare']), !only && say([`offer.${worker}`])),
      hint: '',
      start: { ...start, ...(!only && { worker }), bare: true },
    });
    const rocm: PageItem = { text: say(['offer.rocm']), hint: say(['offer.no_rocm']), off: true };
    const isRocm = only === 'rocm';
    return {
      told: [isRocm && say(['offer.no_rocm']), usual && there.includes(usual) && say(['offer.worker_there'])].filter(
        (sentence) => typeof sentence === 'string',
      ),
      ...(isRocm && { telling: true }),
      ...(usual && !only && { detail: say([`offer.${usual}`]) }),
      groups: [
        { title: say(['offer.backend']), items: only ? [] : [...backends.map(item), rocm] },
        // Hives start workers of the language kind only.
        { title: say(['offer.on_hive']), items: id.startsWith('llm-') ? there.map(bare) : [] },
      ],
    };
  }

  const [offer, ...first] = await Promise.all([
    subject.kind === 'model' ? offerModel(subject.repo, subject.file) : offerWorker(subject.id),
    ...(hives.named().length > 1 ? [hiveGroup()] : []),
  ]);
  return { ...offer, groups: [...first, ...offer.groups].filter(({ items }) => items.length > 0) };
}

/** What to call each file: its label, and where several have the same, what their paths differ in as well. */
function nameFiles(files: readonly FileOffer[]): (file: FileOffer) => string {
  const base = ({ path }: FileOffer) => path.replace(/^.*\//, '').replace(/\.gguf$/i, '');
  const folder = ({ path }: FileOffer) => path.replace(/[^/]*$/, '').replace(/\/$/, '');
  return (file) => {
    const { label } = file;
    const alike = files.filter((other) => label && other.label === label);
    if (!label || alike.length < 2) return label ?? base(file);
    const differ = new Set(alike.map(folder)).size === alike.length && folder(file);
    return join(label, differ || base(file));
  };
}
