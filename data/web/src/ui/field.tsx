// A labelled field. What the server says of it stands under it and is read with it.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Fault } from '../api';

interface Props {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: ComponentChildren;
  wrong?: string | undefined;
  type?: string;
  required?: boolean;
  autoFocus?: boolean;
  autocomplete?: string;
  placeholder?: string;
  maxLength?: number;
  long?: boolean;
  wide?: boolean;
  code?: boolean;
}

export function Field({ label, value, onInput, hint, wrong, long, wide, code, autoFocus, type = 'text', ...rest }: Props) {
  const id = useId();
  const told = hint || wrong ? `${id}-told` : undefined;
  const common = {
    id, value, spellcheck: false, ...rest,
    'aria-invalid': wrong ? ('true' as const) : undefined,
    'aria-describedby': told,
    onInput: (event: InputEvent) => onInput((event.currentTarget as HTMLInputElement).value),
    // Only once: what is typed later must not move the cursor.
    ref: (element: HTMLElement | null) => {
      if (autoFocus && element && !element.dataset['focused']) {
        element.dataset['focused'] = 'yes';
        element.focus();
      }
    },
  } as object;
  return (
    <div class={wide ? 'field wide' : 'field'}>
      <label for={id}>{label}</label>
      {long ? <textarea class={code ? 'code' : undefined} {...common} /> : <input type={type as 'text'} {...common} />}
      {told && (
        <div id={told} class="small">
          {wrong && <div class="wrong">{wrong}</div>}
          {hint && <div class="quiet">{hint}</div>}
        </div>
      )}
    </div>
  );
}

export function Select({ label, value, options, onInput }: {
  label: string; value: string; options: [string, string][]; onInput: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onInput={(event) => onInput(event.currentTarget.value)}>
        {options.map(([key, name]) => <option key={key} value={key}>{name}</option>)}
      </select>
    </div>
  );
}

// What a fault says of one field of the body.
export function wrongAt(fault: Fault | undefined, pointer: string): string | undefined {
  return fault?.errors.find((error) => error.pointer === pointer)?.message;
}
