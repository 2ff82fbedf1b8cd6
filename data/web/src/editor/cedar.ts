// Colours of Cedar. What is a mistake the server says; this only tells words, texts, numbers and comments apart.
import { HighlightStyle, StreamLanguage, type StringStream } from '@codemirror/language';
import { tags } from '@lezer/highlight';

export const kWords = [
  'permit', 'forbid', 'when', 'unless', 'principal', 'action', 'resource', 'context', 'in', 'is', 'has', 'like',
  'if', 'then', 'else', 'true', 'false', 'contains', 'containsAll', 'containsAny', 'isEmpty', 'hasTag', 'getTag',
  'ip', 'decimal', 'datetime', 'duration',
];
const kKeywords = new Set(['permit', 'forbid', 'when', 'unless', 'in', 'is', 'has', 'like', 'if', 'then', 'else']);
const kVariables = new Set(['principal', 'action', 'resource', 'context']);
const kAtoms = new Set(['true', 'false']);

function token(stream: StringStream): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(/^\/\/.*/)) return 'comment';
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
  if (stream.match(/^@\w+/)) return 'meta';
  if (stream.match(/^\d+/)) return 'number';
  const word = stream.match(/^[A-Za-z_]\w*/);
  if (word && typeof word !== 'boolean') {
    if (kKeywords.has(word[0])) return 'keyword';
    if (kVariables.has(word[0])) return 'variableName';
    if (kAtoms.has(word[0])) return 'atom';
    return stream.match(/^\s*::/, false) ? 'typeName' : 'propertyName';
  }
  stream.next();
  return null;
}

export const cedar = StreamLanguage.define({ name: 'cedar', token, languageData: { commentTokens: { line: '//' } } });
export const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: tags.variableName, color: 'var(--warn)' },
  { tag: [tags.string, tags.number], color: 'var(--good)' },
  { tag: tags.atom, color: 'var(--bad)' },
  { tag: tags.typeName, color: 'var(--bad)' },
  { tag: [tags.comment, tags.meta], color: 'var(--quiet)' },
]);
