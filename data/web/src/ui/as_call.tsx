// The call that a screen makes, to be pasted into a terminal, and where there is one the command. The key is a
// variable there: no page knows it.
import { fill, queryText } from '../api';
import { useSession } from '../session';
import { t } from '../text';
import { Copy } from './basics';

interface Props {
  method?: string;
  path: string;
  values?: Record<string, string>;
  query?: object;
  body?: unknown;
  command?: string;
}

// Text as one word of a POSIX shell.
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
export function curl(method: string, url: string, tenant: string | null, body: unknown): string {
  const lines = [`curl -sS ${method === 'GET' ? '' : `-X ${method} `}${quoted(url)}`, `-H "Authorization: Bearer $REEVE_KEY"`];
  if (tenant) lines.push(`-H ${quoted(`X-Tenant-ID: ${tenant}`)}`);
  if (body !== undefined) lines.push(`-H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`);
  return lines.join(' \\\n  ');
}

export function AsCall({ method = 'GET', path, values, query, body, command }: Props) {
  const { tenant } = useSession();
  const ofTenant = path.startsWith('/v1/') && !path.startsWith('/v1/tenants');
  const text = curl(method, location.origin + fill(path, values) + queryText(query), ofTenant ? tenant?.id ?? null : null, body);
  return (
    <details>
      <summary>{t.common.asCall} <code class="small">{method} {fill(path, values)}</code></summary>
      <pre>{text}</pre>
      <Copy text={text} label={t.common.copyCall} />
      {command && <><h3>{t.common.asCommand}</h3><pre>{command}</pre><Copy text={command} label={t.common.copyCommand} /></>}
    </details>
  );
}
