/** The header of a model's page, which has the button in it. */
export const header = '.space-y-4:has(> rbee-run)';

/** Styles, as a README can contain them, that keep the button from being seen or recognised. In words, and as a style sheet. */
export const hidingStyles: Readonly<Record<string, string>> = {
  'an ancestor is nearly transparent': `${header} { opacity: 0.03 }`,
  'an ancestor is blurred': `${header} { filter: blur(30px) }`,
  'an ancestor is masked': `${header} { mask-image: linear-gradient(transparent, transparent) }`,
  'an ancestor is clipped to a shape': `${header} { clip-path: polygon(0 40%, 100% 40%, 100% 100%, 0 100%) }`,
  'an ancestor is blended with what is below': 'main { mix-blend-mode: color-burn }',
  'an ancestor is scaled down': `${header} { transform: scale(0.2) }`,
};
