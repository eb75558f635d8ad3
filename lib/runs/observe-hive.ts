import type { HiveClient } from '../hive/client.ts';
import type { HiveModel } from '../hive/types.ts';

export type HiveObserver = {
  modelsListed(hive: string, models: readonly HiveModel[]): void;
  hiveSeen(hive: string, isOnline: boolean): void;
};

/** Passes on what any request to this hive reveals, so that every run benefits from it. */
export function observeHive(client: HiveClient, url: string, { modelsListed, hiveSeen }: HiveObserver): HiveClient {
  return {
    ...client,
    async models(signal) {
      const models = await client.models(signal);
      modelsListed(url, models);
      return models;
    },
    async identify(signal) {
      const identity = await client.identify(signal);
      if (identity.state === 'connected') hiveSeen(url, true);
      if (identity.state === 'offline' && identity.why === 'refused') hiveSeen(url, false);
      return identity;
    },
  };
}
