// A modal dialog: the browser's own keeps the focus inside, closes on Escape, and gives the focus back.
import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../text';

interface Props {
  title: string;
  onClose: () => void;
  // While what it returns is under way the dialog stays as it is: nothing is sent twice, and no answer is missed.
  onSubmit?: () => void | Promise<void>;
  children: ComponentChildren;
}
const DialogContext = createContext({ busy: false, close: () => {} });

export function Dialog({ title, onClose, onSubmit, children }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const leaving = useRef(false);
  // What is asked for before the next drawing needs to know it, too.
  const pending = useRef(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const element = box.current;
    const opener = document.activeElement;
    element?.showModal();
    return () => {
      leaving.current = true;
      element?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  const close = (): void => {
    if (!pending.current) onClose();
  };
  // A browser closes a dialog at the second Escape whatever it is told. One that has to stay is shown again.
  const closed = (): void => {
    if (leaving.current) return;
    close();
    setTimeout(() => {
      if (box.current?.isConnected && !box.current.open) box.current.showModal();
    });
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (pending.current) return;
    const result = onSubmit?.();
    if (!result) return;
    pending.current = true;
    setBusy(true);
    try {
      await result;
    } finally {
      pending.current = false;
      setBusy(false);
    }
  };
  return (
    <dialog ref={box} aria-labelledby={heading} onClose={closed} onCancel={(event) => { event.preventDefault(); close(); }}>
      <form onSubmit={submit}>
        <h2 id={heading}>{title}</h2>
        <DialogContext.Provider value={{ busy, close }}>{children}</DialogContext.Provider>
      </form>
    </dialog>
  );
}

// The last line of a dialog: away from it, or on with what it is for.
export function Acts({ name, kind = 'primary', disabled = false }: { name: string; kind?: string; disabled?: boolean }) {
  const { busy, close } = useContext(DialogContext);
  return (
    <div class="acts">
      <button type="button" aria-disabled={busy || undefined} onClick={close}>{t.common.cancel}</button>
      <button type="submit" class={kind} aria-disabled={busy || undefined} disabled={disabled}>{name}</button>
    </div>
  );
}
