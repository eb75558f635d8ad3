import { generate } from 'selfsigned';

export const hosts = ['marketplace.rbee.dev', 'rbee-marketplace.pages.dev', 'huggingface.co'] as const;

export type Certificate = { key: string; cert: string };

/** A self-signed certificate for the real host names, created in memory. The browser is started with certificate errors ignored. */
export async function createCertificate(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: hosts[0] }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) }],
  });
  return { key: made.private, cert: made.cert };
}
