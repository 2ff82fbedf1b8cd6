// A search box that picks one of what it finds. It asks the server, so it reaches whatever there is; it has no list
// of everything. Arrows move through what was found, Enter picks, Escape closes.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../text';
import { useSettled } from '../load';

export interface Option {
  key: string;
  name: string;
  // What tells it apart from others of its name.
  detail?: string;
}
interface Props {
  label: string;
  search: (words: string) => Promise<Option[]>;
  onPick: (option: Option) => void;
  // What stands in the box when nothing is being typed.
  value?: string;
  // Whether what is typed may be taken as it is, and what becomes of it.
  onText?: (text: string) => void;
  hint?: string;
  placeholder?: string;
  clearOnPick?: boolean;
}

export function Picker({ label, search, onPick, value = '', onText, hint, placeholder, clearOnPick }: Props) {
  const id = useId();
  const [words, setWords] = useState(value);
  const [open, setOpen] = useState(false);
  const [found, setFound] = useState<Option[] | null>(null);
  const [at, setAt] = useState(0);
  const settled = useSettled(words, 200);
  const asked = useRef(0);

  // What is being typed isn't replaced by what is made of it.
  useEffect(() => {
    if (!open) setWords(value);
  }, [value, open]);
  useEffect(() => {
    if (!open) return;
    const mine = ++asked.current;
    setFound(null);
    void search(settled.trim()).then((options) => {
      if (asked.current !== mine) return;
      setFound(options);
      setAt(0);
    });
  }, [settled, open]);

  const pick = (option: Option): void => {
    setOpen(false);
    setWords(clearOnPick ? '' : option.name);
    onPick(option);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const length = found?.length ?? 0;
    const option = found?.[at];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setOpen(true);
      if (length > 0) setAt((at + (event.key === 'ArrowDown' ? 1 : length - 1)) % length);
    } else if (event.key === 'Enter' && open && option && words !== '') {
      pick(option);
    } else if (event.key === 'Escape' && open) {
      setOpen(false);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = open && found !== null;
  return (
    <div class="field wide">
      <label for={id}>{label}</label>
      <div class="combo">
        <input id={id} role="combobox" type="text" autocomplete="off" spellcheck={false} value={words} placeholder={placeholder}
          aria-expanded={shown} aria-controls={`${id}-list`} aria-autocomplete="list"
          aria-activedescendant={shown && found.length > 0 ? `${id}-${at}` : undefined}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => setOpen(true)}
          onInput={(event) => {
            setWords(event.currentTarget.value);
            setOpen(true);
            onText?.(event.currentTarget.value);
          }}
          onBlur={() => setOpen(false)} onKeyDown={onKeyDown} />
        {shown && (
          <ul class="options" role="listbox" id={`${id}-list`} aria-label={label}>
            {found.length === 0 && <li class="none" role="option" aria-selected={false} aria-disabled>{t.common.nothingFound}</li>}
            {found.map((option, index) => (
              <li key={option.key} role="option" id={`${id}-${index}`} aria-selected={index === at}
                onMouseDown={(event) => event.preventDefault()} onClick={() => pick(option)}>
                {option.name}{option.detail && <span class="quiet small"> {option.detail}</span>}
              </li>
            ))}
          </ul>
        )}
      </div>
      {hint && <div id={`${id}-hint`} class="quiet small">{hint}</div>}
    </div>
  );
}
