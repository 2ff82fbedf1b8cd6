// Tabs whose choice is in the address. Arrows, Home and End move; what is moved to is shown.
import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { amend, mayLeave, useRoute } from '../router';

interface Tab {
  key: string;
  name: string;
  show: () => ComponentChildren;
}

export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  const { query } = useRoute();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const chosen = Math.max(0, tabs.findIndex((tab) => tab.key === query['tab']));
  const choose = (index: number): void => {
    const tab = tabs[(index + tabs.length) % tabs.length];
    if (!tab) return;
    if (tab !== tabs[chosen]) {
      if (!mayLeave()) return;
      amend({ tab: tab.key });
    }
    (list.current?.children[tabs.indexOf(tab)] as HTMLElement | undefined)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = { ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(to);
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {tabs.map((tab, index) => (
          <button type="button" role="tab" key={tab.key} id={`${id}-${tab.key}`} aria-selected={index === chosen}
            aria-controls={`${id}-panel`} tabIndex={index === chosen ? 0 : -1} onClick={() => choose(index)}>
            {tab.name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tabs[chosen]?.key}`}>
        {tabs[chosen]?.show()}
      </div>
    </>
  );
}
