type Fiber = {
  flags: number;
  return: Fiber | null;
  alternate: Fiber | null;
  stateNode: { current?: Fiber } | null;
  memoizedState: { isDehydrated?: boolean } | null;
};

// React 18 to 19.3 (`getNearestMountedFiber` in react-dom): to be placed, or hydrated and not yet committed.
const placement = 2;
const hydrating = 4096;

/**
 * Whether React is done with the element, read from the marks React keeps on it. Undefined where there is none: not React's,
 * or React has not begun.
 */
export function isCommitted(element: Element): boolean | undefined {
  const own = mark<Fiber>(element, 'Fiber');
  if (own) return isMounted(own);
  for (let node = element.parentNode; node; node = node.parentNode) {
    const fiber = mark<Fiber>(node, 'Fiber');
    // Unmarked inside React's: raw HTML, which is never hydrated; or a part that still waits for its turn.
    if (fiber)
      return isMounted(fiber) && Boolean(mark<Record<string, unknown>>(node, 'Props')?.dangerouslySetInnerHTML);
    if (mark(node, 'Container')) return false;
  }
  return undefined;
}

function isMounted(fiber: Fiber): boolean {
  let top = fiber;
  for (let known = false; top.return; top = top.return) {
    if (typeof top.flags !== 'number') throw new TypeError('React keeps its marks differently.');
    known ||= Boolean(top.alternate);
    if (!known && top.flags & (placement | hydrating)) return false;
  }
  return !top.stateNode?.current?.memoizedState?.isDehydrated;
}

function mark<T>(node: Node, name: 'Fiber' | 'Props' | 'Container'): T | undefined {
  const key = Object.keys(node).find((own) => own.startsWith(`__react${name}$`));
  return key === undefined ? undefined : (node as unknown as Record<string, T>)[key];
}
