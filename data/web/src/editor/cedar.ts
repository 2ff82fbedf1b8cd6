// Colours of Cedar, its rules and its schemas. What is a mistake the server says; this only tells words, texts, numbers
// and comments apart.
import { HighlightStyle, StreamLanguage, type StringStream } from '@codemirror/language';
import { tags } from '@lezer/highlight';

// What a language has words for: those that make statements of it, what these speak of, and the rest, which is only
// offered.
interface Words {
  keywords: string[];
  variables: string[];
  atoms: string[];
  others: string[];
}
const kWords = {
  rule: {
    keywords: ['permit', 'forbid', 'when', 'unless', 'in', 'is', 'has', 'like', 'if', 'then', 'else'],
    variables: ['principal', 'action', 'resource', 'context'],
    atoms: ['true', 'false'],
    others: ['contains', 'containsAll', 'containsAny', 'isEmpty', 'hasTag', 'getTag', 'ip', 'decimal', 'datetime', 'duration'],
  },
  schema: {
    keywords: ['entity', 'action', 'type', 'namespace', 'external', 'appliesTo', 'in', 'enum', 'tags'],
    variables: ['principal', 'resource', 'context'],
    atoms: ['Bool', 'Long', 'String', 'Set'],
    others: ['ipaddr', 'decimal', 'datetime', 'duration', 'user', 'service_user', 'group', 'role', 'tenant'],
  },
} satisfies Record<string, Words>;
export type Kind = keyof typeof kWords;

function language({ keywords, variables, atoms }: Words) {
  const token = (stream: StringStream): string | null => {
    if (stream.eatSpace()) return null;
    if (stream.match(/^\/\/.*/)) return 'comment';
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/^@\w+/)) return 'meta';
    if (stream.match(/^\d+/)) return 'number';
    const word = stream.match(/^[A-Za-z_]\w*/);
    if (word && typeof word !== 'boolean') {
      if (keywords.includes(word[0])) return 'keyword';
      if (variables.includes(word[0])) return 'variableName';
      if (atoms.includes(word[0])) return 'atom';
      return stream.match(/^\s*::/, false) ? 'typeName' : 'propertyName';
    }
    stream.next();
    return null;
  };
  return StreamLanguage.define({ name: 'cedar', token, languageData: { commentTokens: { line: '//' } } });
}

export const kLanguages: Record<Kind, ReturnType<typeof language>> = { rule: language(kWords.rule), schema: language(kWords.schema) };
export const wordsOf = (kind: Kind): string[] => Object.values(kWords[kind]).flat();
export const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: tags.variableName, color: 'var(--warn)' },
  { tag: [tags.string, tags.number], color: 'var(--good)' },
  { tag: tags.atom, color: 'var(--bad)' },
  { tag: tags.typeName, color: 'var(--bad)' },
  { tag: [tags.comment, tags.meta], color: 'var(--quiet)' },
]);
