import { count } from '../time';

// "1 person", "2,000 people".
export function some(n: number, one: string, many: string): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
export const people = (n: number): string => some(n, 'person or machine', 'people and machines');
