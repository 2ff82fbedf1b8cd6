// Somebody else has saved what is being edited: both versions, and which of them is to go on.
import type { ComponentChildren } from 'preact';
import { t } from '../text';

export function Overtaken({ theirs, yours, take, keep }: {
  theirs: ComponentChildren; yours: ComponentChildren; take: () => void; keep: () => void;
}) {
  return (
    <section class="box warn" role="alert">
      <h2>{t.impact.conflict}</h2>
      <div class="columns">
        <div><h3>{t.impact.theirs}</h3>{theirs}</div>
        <div><h3>{t.impact.yours}</h3>{yours}</div>
      </div>
      <div class="row">
        <button type="button" onClick={take}>{t.impact.takeTheirs}</button>
        <button type="button" onClick={keep}>{t.impact.keepYours}</button>
      </div>
    </section>
  );
}
