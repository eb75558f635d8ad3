import { generate } from 'selfsigned';

export const hosts = ['marketplace.rbee.dev', 'rbee-marketplace.pages.dev', 'huggingface.co'] as const;

export type Certificate = { key: string; cert: string };

/** A certificate for the real names, signed by nobody. Made in memory; the browser is told to ignore who signed it. */
export async function createCertificate(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: hosts[0] }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) }],
  });
  return { key: made.private, cert: made.cert };
}
