/**
 * Shared by every button. Colours and fonts come from `page.css`, which the page's own tokens reach; here is what the page
 * cannot touch.
 */
export const look = `
:host { all: initial; display: block; font: 500 14px/20px var(--rbee-font); }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.row { display: flex; }
button {
  position: relative; isolation: isolate; overflow: hidden; flex: 1 1 auto; min-width: 0;
  display: inline-flex; align-items: center; justify-content: center; gap: 8px;
  margin: 0; min-height: 40px; padding: 8px 24px 8px 16px; border: 1px solid transparent; border-radius: 4px;
  background: var(--rbee-fill); color: var(--rbee-ink); font: inherit; text-align: center; cursor: pointer;
  transition: background-color 150ms, transform 150ms;
}
button:hover { background: var(--rbee-fill-hover); }
button:active { background: var(--rbee-fill-active); transform: scale(.98); }
button.quiet { background: var(--rbee-quiet); color: var(--rbee-text); border-color: var(--rbee-line); }
button.quiet:hover { background: color-mix(in srgb, var(--rbee-quiet) 90%, var(--rbee-text)); }
button[aria-disabled=true] { background: var(--rbee-off); color: var(--rbee-off-text); border-color: transparent; cursor: not-allowed; transform: none; }
button.new { pointer-events: none; }
button:focus-visible { outline: 2px solid var(--rbee-ring); outline-offset: 2px; }
.bar { position: absolute; z-index: -1; inset: 0; background: var(--rbee-bar); transform: scaleX(0); transform-origin: 0 50%; transition: transform 300ms; }
svg { flex: none; width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.busy svg { animation: turn 900ms linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }
.detail { font-weight: 400; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.detail:not(:empty)::before { content: "· "; }
.line { margin: 6px 0 0; color: var(--rbee-muted); font: 400 13px/18px var(--rbee-font); }
.line:not(.shown), .unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:host([data-variant=compact]) { position: absolute; z-index: 20; inset: auto 10px 10px auto; margin: 0 !important; font-size: 12px; line-height: 16px; }
:host([data-variant=compact]) button { min-height: 28px; padding: 5px 10px 5px 8px; gap: 5px; box-shadow: 0 1px 3px rgb(0 0 0 / .2); }
:host([data-variant=compact]) svg { width: 13px; height: 13px; }
@media (prefers-reduced-motion: reduce) { button, .bar { transition: none; } .busy svg { animation-duration: 3s; } button:active { transform: none; } }
@media (forced-colors: active) {
  button { border-color: ButtonText; } button[aria-disabled=true] { border-color: GrayText; color: GrayText; }
  .bar { background: Highlight; opacity: .35; forced-color-adjust: none; } button:focus-visible { outline-color: Highlight; }
}
`;
