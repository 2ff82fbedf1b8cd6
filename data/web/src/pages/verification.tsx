// Whether the audit log is whole: what the last verification found, and a button for the next. A long log is looked
// through by and by; what is known so far is asked for each second.
import { useEffect, useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { t } from '../text';
import { Badge, Facts, Time } from '../ui/basics';
import { say } from '../ui/live';
import { Failure } from '../ui/states';

type Found = Schemas['AuditVerification'];
const kPoll = 1000;

// What the server has found last; null where nothing was looked at since its start, undefined until that is known.
function useVerification(): { found: Found | null | undefined; fault: Fault | undefined; begin: () => void } {
  const [found, setFound] = useState<Found | null>();
  const [fault, setFault] = useState<Fault>();
  useEffect(() => {
    void get('/v1/audit-log/verification').then((answer) => {
      if (answer.ok) setFound(answer.data);
      else if (answer.fault.status === 404) setFound(null);
    });
  }, []);
  useEffect(() => {
    if (found?.state !== 'running') return undefined;
    const timer = setTimeout(() => void get('/v1/audit-log/verification').then((answer) => {
      if (answer.ok) setFound(answer.data);
      else setFault(answer.fault);
    }), kPoll);
    return () => clearTimeout(timer);
  }, [found]);
  const begin = (): void => {
    setFault(undefined);
    void call('post', '/v1/audit-log/verify').then((answer) => {
      if (!answer.ok) return setFault(answer.fault);
      setFound(answer.data);
      say(sentence(answer.data), answer.data.fault !== null);
    });
  };
  return { found, fault, begin };
}

export function sentence({ state, entries, fault, ms }: Found): string {
  if (state === 'running') return t.verify.running(entries);
  if (state === 'failed') return t.verify.failed;
  return fault ? t.verify.broken(fault.seq) : t.verify.whole(entries, ms);
}

export function Verification() {
  const { found, fault, begin } = useVerification();
  return (
    <section class="row">
      <button type="button" disabled={found?.state === 'running'} onClick={begin}>{t.verify.begin}</button>
      {fault && <Failure fault={fault} />}
      {found === null && <span class="quiet">{t.verify.never}</span>}
      {found && !found.fault && <span class="row"><Badge kind={found.state === 'done' ? 'good' : ''}>{sentence(found)}</Badge></span>}
      {found?.fault && <Broken found={found} />}
      {found && found.state === 'done' && (
        <details>
          <summary>{t.verify.details}</summary>
          <Facts rows={[
            [t.activity.when, <Time at={found.begun_at} />], [t.verify.from, String(found.first_seq)],
            [t.verify.head, found.head ? <code class="small">{found.head.seq} {found.head.hash}</code> : t.verify.empty],
          ]} />
        </details>
      )}
    </section>
  );
}

function Broken({ found: { fault } }: { found: Found }) {
  if (!fault) return null;
  return (
    <div class="box bad" role="alert">
      <h2>{t.verify.broken(fault.seq)}</h2>
      <p>{fault.message}</p>
      <p>{t.verify.whatToDo} <code>{t.verify.command}</code></p>
    </div>
  );
}

// On the first page: nothing, unless the log is known to be broken.
export function BrokenLog() {
  const { found } = useVerification();
  return found?.fault ? <Broken found={found} /> : null;
}
