// A box for a text in Cedar. Its editor comes as a file of its own, when it is first needed; while it does, and where it
// can't be had, a plain field is there.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Kind } from '../editor/cedar';
import type { Editor } from '../editor/editor';
import { t } from '../text';
import { Field } from './field';

type Code = typeof import('../editor/editor');
let fetched: Code | null = null;

export function CodeBox({ kind, label, text, onInput, onEditor, words = async () => [] }: {
  kind: Kind;
  label: string;
  // What stands in it when it is shown; what is typed then is told by `onInput`.
  text: string;
  onInput: (text: string) => void;
  onEditor: (editor: Editor | null) => void;
  // More that is offered while something is typed, asked for once.
  words?: () => Promise<string[]>;
}) {
  const box = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const selected = useRef<[number, number] | null>(null);
  const [code, setCode] = useState(fetched);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (code) return undefined;
    let gone = false;
    import('../editor/editor').then((found) => {
      fetched = found;
      if (gone) return;
      const field = box.current?.querySelector('textarea');
      if (field && document.activeElement === field) selected.current = [field.selectionStart, field.selectionEnd];
      setCode(found);
    }, () => setFailed(true));
    return () => {
      gone = true;
    };
  }, []);
  useLayoutEffect(() => {
    if (!code || !host.current) return undefined;
    const editor = code.mount(host.current, { kind, text, selected: selected.current, label, onInput, words });
    onEditor(editor);
    return () => {
      onEditor(null);
      editor.destroy();
    };
  }, [code]);
  return (
    <div ref={box}>
      {code
        ? <div class="field"><span class="label" aria-hidden="true">{label}</span><div class="editor" ref={host} /></div>
        : <Field label={label} hint={failed ? t.policy.noEditor : undefined} value={text} onInput={onInput} long code />}
    </div>
  );
}
