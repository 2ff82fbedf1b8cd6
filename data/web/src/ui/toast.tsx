// What was just done, at the foot of the page, with what can be done about it; it goes after twenty seconds.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../text';
import { say } from './live';

const kShown = 20_000;
interface Toast {
  id: number;
  text: string;
  extra: ComponentChildren;
}
let add: (text: string, extra?: ComponentChildren) => void = () => {};
let drop: () => void = () => {};

export function toast(text: string, extra: ComponentChildren = null): void {
  add(text, extra);
  say(text);
}

// Those that offer to do something are of the tenant in which they came, and go with it.
export function dropOffers(): void {
  drop();
}

export function Toasts() {
  const [shown, setShown] = useState<Toast[]>([]);
  useEffect(() => {
    let next = 1;
    add = (text, extra) => {
      const id = next++;
      setShown((was) => [...was.slice(-2), { id, text, extra: extra ?? null }]);
      setTimeout(() => setShown((was) => was.filter((one) => one.id !== id)), kShown);
    };
    drop = () => setShown((was) => was.filter((one) => one.extra === null));
    return () => {
      add = drop = () => {};
    };
  }, []);
  if (shown.length === 0) return null;
  return (
    <section class="toasts" aria-label={t.common.justDone}>
      {shown.map(({ id, text, extra }) => (
        <div class="toast" key={id}>
          <span>{text}</span>
          {extra}
          <button type="button" class="plain" aria-label={t.common.dismiss}
            onClick={() => setShown((was) => was.filter((one) => one.id !== id))}>×</button>
        </div>
      ))}
    </section>
  );
}
