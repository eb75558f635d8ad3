import { developmentOrigin, pageOrigins } from './origins.ts';

const origins = import.meta.env.COMMAND === 'serve' ? [...pageOrigins, developmentOrigin] : pageOrigins;

/** Match patterns of the content scripts. */
export const matches = origins.map((origin) => `${origin}/*`);
