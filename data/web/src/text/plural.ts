import { count } from '../time';

// "1 person", "2,000 people".
export function some(n: number, one: string, many: string): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
// Whom a change concerns: all people, all machines, or it isn't known of each.
export type Who = 'people' | 'machines' | 'both';
export function people(n: number, who: Who): string {
  if (who === 'people') return some(n, 'person', 'people');
  return who === 'machines' ? some(n, 'machine', 'machines') : some(n, 'person or machine', 'people and machines');
}
