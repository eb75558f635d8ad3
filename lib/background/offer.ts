import { i18n } from '#i18n';
import { RbeeError } from '../errors.ts';
import { type Backend, backends } from '../hive/types.ts';
import { largestDevice } from '../hub/best-hive.ts';
import { chooseFile } from '../hub/choose.ts';
import type { HubClient } from '../hub/client.ts';
import { diskBytes } from '../hub/disk.ts';
import { hiveModelId, type ModelFileEntry } from '../hub/files.ts';
import { fitOn, usableBy } from '../hub/fit.ts';
import { formatBytes, formatCount } from '../i18n/format.ts';
import { nameDevice } from '../i18n/hive-texts.ts';
import { backendTexts, fitTexts, noFileTexts } from '../i18n/offer-texts.ts';
import type { Offer, OfferItem, Request } from '../messages/contract.ts';
import { waitingFor } from '../runs/create-run.ts';
import { isInstalled } from '../runs/evidence.ts';
import { namedBackend, neededWorker } from '../runs/operation.ts';
import { selectBestHive } from '../runs/planner.ts';
import { chooseDevice } from '../runs/resolve.ts';
import type { Store } from '../runs/store.ts';
import type { Settings } from '../settings/settings.ts';
import { parseSubject } from '../subject.ts';
import type { Hives } from './hives.ts';
import type { createLastChoice } from './last-choice.ts';

export type OfferDeps = {
  hives: Hives;
  hub: HubClient;
  lastChoice: ReturnType<typeof createLastChoice>;
  store: Store;
  settings(): Settings;
};
type Group = Offer['groups'][number];

/** A view is answered after this time, with what is known by then. */
const patienceMs = 4_000;
/** A hive sends its telemetry once a second. */
const heartbeatMs = 1_200;

/** Model files are told apart by tenths of a GB. */
const inGb = (bytes: number): string => formatBytes(bytes, 0.1);
const sentences = (...parts: (string | false | 0 | undefined)[]): string[] => parts.filter(Boolean) as string[];
const join = (...parts: Parameters<typeof sentences>): string => sentences(...parts).join(' · ');

/**
 * What can be started for a subject, in words, for the page's button and its list and for a choice in the popup. A hive or a hub that is
 * away costs only what it would have known. Throws only where the subject is none, or the hive none of the person's.
 */
export async function makeOffer(
  { subject: text, hive: asked }: Request<'subject/offer'>,
  { store, settings, ...deps }: OfferDeps,
): Promise<Offer> {
  const { hives, hub } = deps;
  const subject = parseSubject(text);
  if (!subject) throw new RbeeError('message-rejected', text);
  const named = hives.known(asked === 'best' ? undefined : asked);
  if (subject.kind === 'civitai') return { told: [], groups: [] };

  const never = new AbortController().signal;
  const over = new Promise<undefined>((resolve) => setTimeout(resolve, patienceMs));
  const soon = <T>(work: Promise<T>): Promise<T | undefined> => Promise.race([work.catch(() => undefined), over]);
  const anyHive = hives.usesBestFit(asked);
  const { backend: worker } = settings();
  const best = anyHive ? await soon(selectBestHive(text, worker, deps, never)) : undefined;
  const wanted = best?.url ?? named ?? hives.preferred();
  const seen = soon(hives.verify(wanted, never));
  const several = hives.named().length > 1;
  // What is taken from a list goes to the hive that the list was made for.
  const start = { subject: text, ...(several && { hive: anyHive && !best ? 'best' : wanted }) };

  const hiveGroup = async (): Promise<Group> => {
    const items = hives.named().map(async ({ url, name }): Promise<OfferItem> => {
      const device = largestDevice((await soon(hives.verify(url, never)))?.devices ?? []);
      return {
        text: name || new URL(url).host,
        hint: device ? nameDevice(device) : i18n.t('hive.unknown'),
        hive: url,
        usual: !anyHive && url === wanted,
      };
    });
    const bestItem = { text: i18n.t('offer.best'), hint: '', hive: 'best', usual: anyHive };
    return { title: i18n.t('offer.hive'), items: [bestItem, ...(await Promise.all(items))] };
  };

  async function offerModel(own: string, file: string | undefined): Promise<Offer> {
    // Whose files a person chose from has no say any more where none of them fits: those files have.
    const picked = waitingFor(store.all(), text, wanted)?.picked?.repo;
    const repo = picked ?? own;
    let gated = false;
    const listing = soon(
      hub.repository(repo, never).catch((error: unknown) => {
        gated = error instanceof RbeeError && error.code === 'gated';
        return undefined;
      }),
    );
    const telemetry = seen.then(
      (hive) => hive && soon(hives.client(hive.url).telemetry(AbortSignal.timeout(heartbeatMs))),
    );
    const listed = seen.then((hive) => hive && soon(hives.models(hive.url, never)));
    const { url = wanted, devices: all = [] } = (await seen) ?? {};
    const devices = usableBy(worker, all);
    const last = await deps.lastChoice.get(wanted);
    const found = await listing;
    const { id = repo, models: entries = [] } = found ?? {};
    const running = new Set((await telemetry)?.workers.map(({ model }) => model));
    for (const run of store.all()) if (run.state === 'running' && run.hive === url) running.add(run.model);
    const there = new Set((await listed)?.models.map((model) => model.id));

    const choice = found && chooseFile(entries, devices, last);
    const none = choice && 'none' in choice ? choice.none : undefined;
    // What the hive got without naming a file is taken as it is.
    const bare = !file && there.has(repo);
    const path = file ?? (choice && !bare && !('none' in choice) ? choice.entry.path : undefined);
    const taken = entries.find((entry) => entry.path === path);
    const others = none === 'no-gguf' ? ((await soon(hub.derivatives(id, never))) ?? []) : [];
    gated ||= !!found?.gated;

    const isThere = (entry: ModelFileEntry) => there.has(hiveModelId(id, entry.path));
    const textOf = (entry: ModelFileEntry) => join(nameIn(entries, entry), entry.sizeBytes && inGb(entry.sizeBytes));
    const item = (entry: ModelFileEntry): OfferItem => {
      const text = textOf(entry);
      if (entry.refused) return { text, hint: i18n.t('choice.parts'), off: true };
      const fit = fitOn(entry, devices);
      const hint = join(
        fitTexts[fit.verdict](),
        fit.verdict !== 'gpu' &&
          'freeBytes' in fit &&
          i18n.t('offer.need', { need: inGb(fit.needBytes), room: inGb(fit.freeBytes) }),
        entry.sizeBytes && i18n.t('offer.disk', { size: inGb(diskBytes(entry.sizeBytes)) }),
        entry.loads === 'no' && i18n.t('choice.not_loaded'),
        isThere(entry) && i18n.t('choice.downloaded'),
        running.has(hiveModelId(id, entry.path)) && i18n.t('offer.running'),
      );
      const chosen = { ...start, subject: `hf:${own}:${entry.path}`, ...(picked && { repo }) };
      return { text, hint, usual: entry === taken, start: chosen };
    };
    return {
      told: sentences(
        gated && i18n.t('offer.gated'),
        !found && !gated && i18n.t('offer.unlisted'),
        none && !file && !bare && noFileTexts[others.length > 0 ? 'derivatives' : none](),
      ),
      detail: taken && textOf(taken),
      there: bare || (taken && isThere(taken)),
      ...(gated && { telling: true, link: { text: i18n.t('offer.accept'), url: `https://huggingface.co/${id}` } }),
      groups: [
        { title: i18n.t('offer.file'), items: entries.map(item) },
        {
          title: i18n.t('offer.derivatives'),
          items: others.map((other) => ({
            text: other.id,
            hint: i18n.t('choice.downloads', { n: formatCount(other.downloads) }),
            start: { ...start, repo: other.id },
          })),
        },
      ],
    };
  }

  async function offerWorker(id: string): Promise<Offer> {
    const [installed = [], { devices = [] } = {}] = await Promise.all([soon(hives.installed(wanted, never)), seen]);
    const only = namedBackend(id);
    const usual = devices.length > 0 ? chooseDevice(text, devices, worker).backend : undefined;
    const mine = backends.filter((backend) => !only || backend === only);
    const there = mine.filter((worker) => {
      const needed = neededWorker({ subject: text, device: { backend: worker, index: 0 } });
      return installed.some((one) => isInstalled(one, needed));
    });
    const item = (backend: Backend): OfferItem => ({
      text: backendTexts[backend](),
      hint: there.includes(backend) ? i18n.t('offer.installed') : '',
      usual: backend === usual,
      start: { ...start, backend: backend },
    });
    const bare = (worker: Backend): OfferItem => ({
      text: join(i18n.t('offer.without_model'), !only && backendTexts[worker]()),
      hint: '',
      start: { ...start, ...(!only && { backend: worker }), bare: true },
    });
    const rocm: OfferItem = { text: i18n.t('backend.rocm'), hint: i18n.t('offer.no_rocm'), off: true };
    const isRocm = only === 'rocm';
    return {
      told: sentences(
        isRocm && i18n.t('offer.no_rocm'),
        usual && there.includes(usual) && i18n.t('offer.worker_installed'),
      ),
      telling: isRocm,
      detail: usual && !only ? backendTexts[usual]() : undefined,
      groups: [
        { title: i18n.t('backend.label'), items: only ? [] : [...backends.map(item), rocm] },
        // Hives start workers of the language kind only.
        { title: i18n.t('offer.on_hive'), items: id.startsWith('llm-') ? there.map(bare) : [] },
      ],
    };
  }

  const [offer, ...first] = await Promise.all([
    subject.kind === 'model' ? offerModel(subject.repo, subject.file) : offerWorker(subject.id),
    ...(several ? [hiveGroup()] : []),
  ]);
  return { ...offer, groups: [...first, ...offer.groups].filter(({ items }) => items.length > 0) };
}

/** What to call a file: its label, and where several have the same, what their paths differ in as well. */
function nameIn(files: readonly ModelFileEntry[], { label, path }: ModelFileEntry): string {
  const base = path.replace(/^.*\//, '').replace(/\.gguf$/i, '');
  if (!label) return base;
  const folder = (of: string) => of.replace(/\/?[^/]*$/, '');
  const alike = files.filter((other) => other.label === label).map((other) => folder(other.path));
  return alike.length < 2 ? label : join(label, (new Set(alike).size === alike.length && folder(path)) || base);
}
