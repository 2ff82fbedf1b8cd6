// Which moment a list is about: now, or another, past or to come.
import { t } from '../text';
import { localText } from './expiry';
import { Field } from './field';

export function AsOf({ at, onInput }: { at: string | null; onInput: (at: string | null) => void }) {
  return (
    <details open={at !== null}>
      <summary>{t.asOf.summary}</summary>
      <div class="narrow">
        <Field label={t.asOf.label} type="datetime-local" value={localText(at)} hint={t.asOf.hint}
          onInput={(text) => onInput(text ? new Date(text).toISOString() : null)} />
      </div>
    </details>
  );
}
