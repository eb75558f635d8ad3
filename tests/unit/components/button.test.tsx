// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Button } from '../../../components/ui/button.tsx';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function shown(action: string, onClick: () => void, root = document.createElement('div')) {
  void act(() =>
    render(
      <Button action={action} onClick={onClick}>
        {action}
      </Button>,
      root,
    ),
  );
  return { root, button: root.querySelector('button') as HTMLButtonElement };
}

describe('a button whose action changes', () => {
  it('accepts a click at once after its first rendering', () => {
    const onClick = vi.fn();
    shown('cancel', onClick).button.click();
    expect(onClick).toHaveBeenCalledTimes(1);
  });

  it('accepts no click for 500 ms after its action changed', () => {
    const onClick = vi.fn();
    const { root, button } = shown('cancel', onClick);
    shown('retry', onClick, root);
    expect(root.querySelector('button'), 'the same element, so that it keeps the focus').toBe(button);
    button.click();
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(onClick).not.toHaveBeenCalled();
    void act(() => void vi.advanceTimersByTime(500));
    expect(button.getAttribute('aria-disabled')).toBe('false');
    button.click();
    expect(onClick).toHaveBeenCalledTimes(1);
  });
});
