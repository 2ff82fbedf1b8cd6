// The editor of rules and schemas, CodeMirror. It is mounted in a shadow root: there its styles are constructed sheets, which the
// strict content policy allows, while in the document they would be <style> elements, which it forbids.
import { autocompletion, completionKeymap, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { colours, kLanguages, wordsOf, type Kind } from './cedar';

export interface Mistake {
  line: number;
  column: number;
  message: string;
  severity: 'error' | 'warning';
}
export interface Editor {
  mark(mistakes: Mistake[]): void;
  // Brings a mistake into sight, with the cursor at it.
  show(mistake: Mistake): void;
  destroy(): void;
}
interface Options {
  kind: Kind;
  text: string;
  // What was selected in the field that it takes the place of, if that had the focus.
  selected: [from: number, to: number] | null;
  label: string;
  onInput: (text: string) => void;
  // Names of the tenant's schema, asked for when something is first completed.
  words: () => Promise<string[]>;
}

// Colours are the console's own tokens: custom properties reach into shadow roots.
const look = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--ground)', fontSize: '.875rem' },
  '.cm-content, .cm-gutter': { minHeight: '200px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'ui-monospace, monospace', caretColor: 'var(--text)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--quiet)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLineGutter': { color: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': { backgroundColor: 'var(--marked)' },
  '.cm-tooltip': { backgroundColor: 'var(--ground)', color: 'var(--text)', border: '1px solid var(--edge)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--marked)' },
});

// Chromium gives what is typed over a selection the style that the selection had, as an attribute, which the content
// policy forbids and reports. So what is typed over one is put there by the editor itself. What is selected is asked of
// the browser: the editor may not have been told yet of a selection that was made just before.
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || event.data === null) return false;
    const { from, to } = selectedIn(view);
    if (from === to) return false;
    event.preventDefault();
    view.dispatch({
      changes: { from, to, insert: event.data }, selection: { anchor: from + event.data.length }, userEvent: 'input.type', scrollIntoView: true,
    });
    return true;
  },
});
function selectedIn(view: EditorView): { from: number; to: number } {
  // Shadow roots have it where documents don't see into them.
  const found = (view.root as Document).getSelection?.();
  const inside = (node: Node | null | undefined): node is Node => !!node && view.contentDOM.contains(node);
  if (!found || !inside(found.anchorNode) || !inside(found.focusNode)) return view.state.selection.main;
  const ends = [view.posAtDOM(found.anchorNode, found.anchorOffset), view.posAtDOM(found.focusNode, found.focusOffset)];
  return { from: Math.min(...ends), to: Math.max(...ends) };
}

export function mount(host: HTMLElement, { kind, text, selected, label, onInput, words }: Options): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  let asked: Promise<string[]> | null = null;
  const own = wordsOf(kind);
  const complete = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[A-Za-z_]\w*/);
    if (!word && !context.explicit) return null;
    asked ??= words();
    const known = await asked;
    return {
      from: word?.from ?? context.pos,
      options: [...own.map((name) => ({ label: name, type: 'keyword' })),
        ...known.filter((name) => !own.includes(name)).map((name) => ({ label: name, type: 'variable' }))],
      validFor: /^\w*$/,
    };
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(), lintGutter(), typeOver,
        kLanguages[kind], syntaxHighlighting(colours), look, EditorView.lineWrapping,
        autocompletion({ override: [complete] }),
        // Tab leaves the editor, as it leaves every field.
        keymap.of([...completionKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onInput(update.state.doc.toString());
        }),
      ],
    }),
  });
  if (selected) {
    const [anchor = 0, head = 0] = selected.map((at) => Math.min(at, view.state.doc.length));
    view.dispatch({ selection: { anchor, head }, scrollIntoView: true });
    view.focus();
  }
  return {
    mark(mistakes) {
      view.dispatch(setDiagnostics(view.state, mistakes.map((one) => placed(view.state, one))));
    },
    show(mistake) {
      view.dispatch({ selection: { anchor: placed(view.state, mistake).from }, scrollIntoView: true });
    },
    destroy: () => view.destroy(),
  };
}

// Where a mistake is, to the end of its word. Columns count from 1, and lines that are gone by now are the last.
function placed(state: EditorState, { line, column, message, severity }: Mistake): Diagnostic {
  const { from, to, text } = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
  const start = Math.min(from + Math.max(0, column - 1), to);
  const word = /^\w+/.exec(text.slice(start - from))?.[0].length ?? 1;
  return { from: start, to: Math.min(start + word, Math.max(to, start)), message, severity };
}
