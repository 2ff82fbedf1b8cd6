// The rules that decided, and those that came close: which of their parts hold, which don't, and what they saw.
import type { Schemas } from '../api';
import { useHere } from '../session';
import { t } from '../text';
import { Badge } from '../ui/basics';

type NearRule = Schemas['NearRule'];

export function NearRules({ rules, notListed }: { rules: NearRule[]; notListed: number }) {
  return (
    <section>
      <h2>{t.explain.rules}</h2>
      {rules.length === 0 && <p>{t.explain.noRules}</p>}
      {rules.map((rule) => <OneRule key={rule.rule} rule={rule} />)}
      {notListed > 0 && <p class="quiet">{t.explain.notListed(notListed)}</p>}
    </section>
  );
}

function OneRule({ rule }: { rule: NearRule }) {
  const here = useHere();
  const kind = rule.outcome === 'applies' ? 'good' : rule.outcome === 'failed' ? 'bad' : 'warn';
  return (
    <article class="box">
      <p class="row">
        <Badge kind={kind}>{t.explain.outcome[rule.outcome]}</Badge>
        <strong>{t.explain[rule.effect]}</strong>
        <span class="quiet">{t.explain.priority(rule.priority)}</span>
        {rule.missing && <span>{t.explain.missing[rule.missing]}</span>}
        <a href={here('policies', rule.policy)}>{t.explain.openRule}</a>
      </p>
      <ul class="paths">
        {rule.parts.map((part, index) => (
          <li key={index}>
            <span class="row">
              <Badge kind={part.outcome === 'holds' ? 'good' : part.outcome === 'fails' ? 'bad' : ''}>{t.explain[part.outcome]}</Badge>
              <code>{part.kind === 'when' || part.kind === 'unless' ? `${part.kind} ` : ''}{part.text}</code>
            </span>
            {part.seen.map((value) => (
              <div class="small" key={value.expression}>
                {t.explain.saw} <code>{value.expression}</code> = {value.hidden ? t.explain.hidden : <code>{value.value}</code>}
              </div>
            ))}
            {part.error && <div class="small">{part.error}</div>}
          </li>
        ))}
      </ul>
    </article>
  );
}
