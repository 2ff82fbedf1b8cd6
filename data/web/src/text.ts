// Every sentence that the console says, in one table: what isn't here isn't shown. A language would be another table
// of this type. For `en-XA`, the usual name of a pseudo-locale, each sentence is marked and lengthened, which shows
// what was forgotten and what doesn't fit.
import { access } from './text/access';
import { common } from './text/common';
import { deciding } from './text/deciding';
import { holding } from './text/holding';
import { records } from './text/records';
import { shell } from './text/shell';

const en = { ...common, ...shell, ...access, ...deciding, ...holding, ...records };
export type Texts = typeof en;

export function pseudo<T>(table: T): T {
  if (typeof table === 'string') return mark(table) as T;
  if (typeof table === 'function') return ((...given: unknown[]) => mark(String(table(...given)))) as T;
  const marked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(table as object)) marked[key] = pseudo(value);
  return marked as T;
}
function mark(text: string): string {
  return `⟦${text}${'·'.repeat(Math.ceil(text.length / 4))}⟧`;
}

export const t: Texts = navigator.language === 'en-XA' ? pseudo(en) : en;
