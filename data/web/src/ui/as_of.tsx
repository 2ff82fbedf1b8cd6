// Which moment a list is about: now, or another, past or to come.
import { t } from '../text';
import { Folded } from './basics';
import { localText } from './expiry';
import { Field } from './field';

export function AsOf({ at, onInput }: { at: string | null; onInput: (at: string | null) => void }) {
  return (
    <Folded summary={t.asOf.summary} used={at !== null}>
      <div class="narrow">
        <Field label={t.asOf.label} type="datetime-local" value={localText(at)} hint={t.asOf.hint}
          onInput={(text) => onInput(text ? new Date(text).toISOString() : null)} />
      </div>
    </Folded>
  );
}
