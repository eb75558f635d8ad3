/** What is known about a click on one of our buttons. Times are in ms; measured when the button was pressed. */
export type ClickFacts = {
  /** `assistive`: a click without a pointer or key, as screen readers and voice control cause it. */
  input: 'pointer' | 'keyboard' | 'assistive';
  /** A pointer was pressed on the button itself, at a point where nothing else is on top. */
  pressedHere: boolean;
  /** `isVisible` of an IntersectionObserver with `trackVisibility`; undefined where the browser has no such thing (Firefox). */
  visible: boolean | undefined;
  /** 0 to 1: how much of the button is inside the viewport and not clipped by its ancestors. */
  shownRatio: number;
  /** No ancestor hides, fades, masks, clips, filters or shrinks it. */
  rendered: boolean;
  /** Nothing else is hit at several points of the button. */
  topmost: boolean;
  /** For how long the button has been where it is. */
  stillMs: number;
  /** For how long the window has had focus; 0 if it has none. */
  windowFocusMs: number;
  /** For how long the button has had focus; 0 if it has none. */
  focusMs: number;
  /** The user moved focus to it: with Tab, with the pointer, or by closing our own list. */
  focusedByUser: boolean;
};

export type Doubt =
  | 'not-pressed-here'
  | 'not-visible'
  | 'clipped'
  | 'altered'
  | 'covered'
  | 'moved'
  | 'window-focus'
  | 'focus';

/** Nobody recognises a button and decides in less time. */
export const noticeMs = 400;

const enoughRatio = 0.75;

const rules: Record<Doubt, (evidence: ClickFacts) => boolean> = {
  'not-pressed-here': ({ input, pressedHere }) => input !== 'pointer' || pressedHere,
  'not-visible': ({ visible }) => visible !== false,
  clipped: ({ shownRatio }) => shownRatio >= enoughRatio,
  altered: ({ rendered }) => rendered,
  covered: ({ topmost }) => topmost,
  // Tab scrolls a button into view, so for keys the time of its focus counts instead.
  moved: ({ input, stillMs }) => input !== 'pointer' || stillMs >= noticeMs,
  'window-focus': ({ windowFocusMs }) => windowFocusMs >= noticeMs,
  focus: ({ input, focusMs, focusedByUser }) => input === 'pointer' || (focusedByUser && focusMs >= noticeMs),
};

/**
 * Why a trusted click may not have been meant for the button (clickjacking). Empty: it counts. Otherwise the user is asked, because honest
 * pages can look the same: `visible` is false under any transparent layer and during animations (Chromium 156, 2026-11-29).
 */
export const doubtsAbout = (evidence: ClickFacts): Doubt[] =>
  (Object.keys(rules) as Doubt[]).filter((doubt) => !rules[doubt](evidence));
