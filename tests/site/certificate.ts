import { generate } from 'selfsigned';

export const hosts = ['marketplace.rbee.dev', 'rbee-marketplace.pages.dev', 'huggingface.co'] as const;

export type Certificate = { key: string; cert: string };

/** Creates a self-signed certificate for the real host names. The browser is started so that it ignores certificate errors. */
export async function createCertificate(): Promise<Certificate> {
  const generated = await generate([{ name: 'commonName', value: hosts[0] }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) }],
  });
  return { key: generated.private, cert: generated.cert };
}
