// Things as people write them: `type:id`, parted at the first colon that isn't part of `::`.
export interface EntityName {
  type: string;
  id: string;
}

export function parseEntity(text: string): EntityName | null {
  const found = /^((?:[^:]|::)+):(?!:)(.+)$/s.exec(text.trim());
  return found ? { type: found[1] ?? '', id: found[2] ?? '' } : null;
}
export function entityText({ type, id }: EntityName): string {
  return `${type}:${id}`;
}
// Who is meant: whatever has a type, or by an address or an id alone a person.
export function parseSubject(text: string): EntityName | null {
  const plain = text.trim();
  return parseEntity(plain) ?? (plain ? { type: 'user', id: plain } : null);
}
