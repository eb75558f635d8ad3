/** The header of a model's page, which contains the button. */
export const header = '.space-y-4:has(> rbee-run)';

/** Style sheets that a README can contain and that hide the button or make it unrecognisable, by description. */
export const hidingStyles: Readonly<Record<string, string>> = {
  'an ancestor is nearly transparent': `${header} { opacity: 0.03 }`,
  'an ancestor is blurred': `${header} { filter: blur(30px) }`,
  'an ancestor is masked': `${header} { mask-image: linear-gradient(transparent, transparent) }`,
  'an ancestor is clipped to a shape': `${header} { clip-path: polygon(0 40%, 100% 40%, 100% 100%, 0 100%) }`,
  'an ancestor is blended with what is below': 'main { mix-blend-mode: color-burn }',
  'an ancestor is scaled down': `${header} { transform: scale(0.2) }`,
};
