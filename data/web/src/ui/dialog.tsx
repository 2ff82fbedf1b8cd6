// A modal dialog: the browser's own keeps the focus inside, closes on Escape, and gives the focus back.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface Props {
  title: string;
  onClose: () => void;
  onSubmit?: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, onClose, onSubmit, children }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const leaving = useRef(false);
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
  // A browser closes a dialog at the second Escape whatever it is told. One that has to stay is shown again.
  const closed = (): void => {
    if (leaving.current) return;
    onClose();
    setTimeout(() => {
      if (box.current?.isConnected && !box.current.open) box.current.showModal();
    });
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <dialog ref={box} aria-labelledby={heading} onClose={closed} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <form onSubmit={submit}>
        <h2 id={heading}>{title}</h2>
        {children}
      </form>
    </dialog>
  );
}
