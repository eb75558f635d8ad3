/** Where the marketplace is. */
export const marketplaceUrl = 'https://marketplace.rbee.dev/';

/** How to install rbee-hive; the page that the marketplace itself links to (seen 2025-11). */
export const installationUrl = 'https://docs.rbee.dev/docs/getting-started/installation';
