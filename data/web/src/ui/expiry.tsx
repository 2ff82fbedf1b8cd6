// Until when a role is given: a few usual spans, a date, or for good.
import { useState } from 'preact/hooks';
import { t } from '../text';
import { Field } from './field';

const kHour = 3_600_000;
export const kPresets: [keyof typeof t.expiry.presets, number][] = [
  ['hour', kHour], ['shift', 8 * kHour], ['day', 24 * kHour], ['week', 168 * kHour], ['month', 720 * kHour],
];

export function Expiry({ value, onInput, wrong }: {
  value: string | null; onInput: (at: string | null) => void; wrong?: string | undefined;
}) {
  const [chosen, setChosen] = useState<string>(value ? 'date' : 'never');
  const choose = (key: string, at: string | null): void => {
    setChosen(key);
    onInput(at);
  };
  return (
    <div class="field" role="group" aria-label={t.expiry.label}>
      <span class="label">{t.expiry.label}</span>
      <div class="presets">
        {kPresets.map(([key, span]) => (
          <button type="button" key={key} aria-pressed={chosen === key}
            onClick={() => choose(key, new Date(Date.now() + span).toISOString())}>{t.expiry.presets[key]}</button>
        ))}
        <button type="button" aria-pressed={chosen === 'date'} onClick={() => choose('date', value)}>{t.expiry.date}</button>
        <button type="button" aria-pressed={chosen === 'never'} onClick={() => choose('never', null)}>{t.expiry.never}</button>
      </div>
      {chosen === 'date' && (
        <Field label={t.expiry.dateLabel} type="datetime-local" value={localText(value)} wrong={wrong}
          onInput={(text) => onInput(text ? new Date(text).toISOString() : null)} />
      )}
    </div>
  );
}

// As <input type="datetime-local"> has it: local, to the minute.
export function localText(at: string | null): string {
  if (!at) return '';
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
