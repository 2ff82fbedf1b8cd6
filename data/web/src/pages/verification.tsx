// Whether the audit log is whole: what the last verification found, and a button for the next. A long log is looked
// through by and by; what is known so far is asked for each second.
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, get, type Answer, type Fault, type Schemas } from '../api';
import { t } from '../text';
import { Badge, Facts, Time } from '../ui/basics';
import { say } from '../ui/live';
import { Failure } from '../ui/states';

type Found = Schemas['AuditVerification'];
const kPoll = 1000;
const kLongest = 30_000;

// What the server has found last; null where nothing was looked at since its start, undefined until that is known.
// While it is at it that is asked for again and again, also where an answer fails to come.
export function useVerification(): { found: Found | null | undefined; fault: Fault | undefined; begin: () => void } {
  const [found, setFound] = useState<Found | null>();
  const [fault, setFault] = useState<Fault>();
  const [missed, setMissed] = useState(0);
  // What is answered to anything but the last question comes late.
  const questions = useRef(0);
  const runs = found?.state === 'running';
  const take = async (question: Promise<Answer<Found>>, isSaid: (now: Found) => boolean): Promise<void> => {
    const mine = ++questions.current;
    const answer = await question;
    if (mine !== questions.current) return;
    const none = !answer.ok && answer.fault.status === 404;
    // That somebody may not look is said by the list below; here it is said to who wants more.
    const isUntold = !answer.ok && answer.fault.status === 403 && mine === 1;
    setFault(answer.ok || none || isUntold ? undefined : answer.fault);
    setMissed((n) => (answer.ok ? 0 : n + 1));
    if (none) setFound(null);
    if (!answer.ok) return;
    setFound(answer.data);
    if (isSaid(answer.data)) say(sentence(answer.data), answer.data.fault !== null);
  };
  const look = (): Promise<void> => take(get('/v1/audit-log/verification'), (now) => runs && now.state !== 'running');
  useEffect(() => {
    void look();
    return () => {
      questions.current++;
    };
  }, []);
  useEffect(() => {
    if (!runs || fault?.status === 401 || fault?.status === 403) return undefined;
    const timer = setTimeout(() => void look(), Math.min(kPoll * 2 ** missed, kLongest));
    return () => clearTimeout(timer);
  }, [found, missed]);
  return { found, fault, begin: () => void take(call('post', '/v1/audit-log/verify'), () => true) };
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
      <button type="button" disabled={found?.state === 'running' && !fault} onClick={begin}>{t.verify.begin}</button>
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
