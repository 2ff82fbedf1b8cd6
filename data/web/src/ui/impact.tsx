// The sheet before a write: the change is tried on the server, who gains and who loses is shown, and only then is it
// made, as it was seen. Where the world has moved since, it is tried again before it can be made.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { change, type Answer, type Change, type Fault, type Trial } from '../api';
import { reloadPage } from '../router';
import { t } from '../text';
import type { Who } from '../text/plural';
import { Scopes } from './basics';
import { Acts, Dialog } from './dialog';
import { say } from './live';
import { PersonName } from './person';
import { Failure, Skeleton } from './states';
import { toast } from './toast';
import { useHere, useSession } from '../session';

export interface Asked {
  title: string;
  change: Change;
  // What the button says, of what was found.
  confirm: (impact: Trial['impact']) => string;
  done: string;
  danger?: boolean;
  note?: ComponentChildren;
  // What else is shown of what would come of it, and whether that is worth making.
  preview?: (would: unknown) => { view: ComponentChildren; worth: boolean };
  // What the audit log calls that which is changed.
  entry?: { type: string; id: string };
  after?: (answer: unknown) => void;
  // Shows what somebody else made of it meanwhile; without, that is said and the page read anew.
  overtaken?: () => void;
}

let open: (asked: Asked) => void = () => {};
// Opens a sheet that no page holds: what it is about may have left the page.
export function ask(asked: Asked): void {
  open(asked);
}
export function Sheets() {
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(() => {
    open = setAsked;
    return () => {
      open = () => {};
    };
  }, []);
  return asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />;
}

// Taking back what was just done: a change like any other, so its impact is shown first.
export function undoOf(revision: number, what: string): Asked {
  return {
    title: t.impact.undoTitle(what),
    change: change('post', '/v1/changes/{revision}/undo', { path: { revision: String(revision) } }),
    confirm: () => t.impact.undoNow,
    done: t.impact.undone,
    after: reloadPage,
  };
}

// Of what has a history of its own that, with all that concerns it.
const kConcerned = ['role', 'group', 'user', 'service_user', 'policy'];
function entryQuery({ type, id }: { type: string; id: string }): string {
  const name = encodeURIComponent(id);
  return kConcerned.includes(type) ? `?about=${type}:${name}` : `?resource_type=${type}&resource_id=${name}`;
}

export function ImpactSheet({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const here = useHere();
  const { can } = useSession();
  const [trial, setTrial] = useState<Trial | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [moved, setMoved] = useState(false);
  const [round, setRound] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    setTrial(null);
    setFault(null);
    void asked.change.attempt(stop.signal).then((answer) => {
      if (stop.signal.aborted) return;
      if (!answer.ok) {
        if (answer.fault.status === 412 && asked.overtaken) {
          onClose();
          asked.overtaken();
        } else {
          setFault(answer.fault);
        }
        return;
      }
      setTrial(answer.data);
      say(summary(answer.data.impact));
    });
    return () => stop.abort();
  }, [asked, round]);

  const preview = trial ? asked.preview?.(trial.would) : undefined;
  const make = async (): Promise<void> => {
    if (!trial || preview?.worth === false) return;
    const answer: Answer<unknown> = await asked.change.make(trial.revision);
    if (answer.ok) {
      const log = asked.entry && can('organization:auditview') && (
        <a href={here('activity') + entryQuery(asked.entry)}>
          {t.impact.entry}
        </a>
      );
      const revision = answer.revision;
      onClose();
      toast(asked.done, (
        <>
          {revision !== undefined && <button type="button" onClick={() => ask(undoOf(revision, asked.title))}>{t.impact.undo}</button>}
          {log}
        </>
      ));
      asked.after?.(answer.data);
    } else if (answer.fault.status === 412) {
      setMoved(true);
      setRound((n) => n + 1);
      say(t.impact.moved, true);
    } else {
      setFault(answer.fault);
    }
  };

  return (
    <Dialog title={asked.title} onClose={onClose} onSubmit={make}>
      {asked.note}
      {moved && <div class="box warn">{t.impact.moved}</div>}
      {fault && fault.status !== 412 && <Failure fault={fault} retry={() => setRound((n) => n + 1)} />}
      {fault?.status === 412 && <ReloadFirst reload={() => { onClose(); reloadPage(); }} />}
      {!fault && !trial && <Skeleton lines={4} />}
      {preview?.view}
      {trial && <ImpactView impact={trial.impact} />}
      <Acts name={trial ? asked.confirm(trial.impact) : t.impact.looking} kind={asked.danger ? 'danger' : 'primary'}
        disabled={!trial || preview?.worth === false} />
    </Dialog>
  );
}

// What is to be changed isn't any more what the page shows.
function ReloadFirst({ reload }: { reload: () => void }) {
  return (
    <div class="box warn" role="alert">
      <p>{t.impact.overtaken}</p>
      <button type="button" onClick={reload}>{t.states.reload}</button>
    </div>
  );
}

// Of what kind they all are, where all are listed.
function whoOf(held: Trial['impact']['gain']): Who {
  const types = new Set(held.data.map((row) => row.principal.type));
  if (held.more || types.size !== 1) return 'both';
  return types.has('user') ? 'people' : 'machines';
}

export function summary(impact: Trial['impact']): string {
  const { gain, lose } = impact;
  if (gain.principals === 0 && lose.principals === 0) return t.impact.nobody;
  return [
    gain.principals > 0 ? t.impact.gain(gain.principals, whoOf(gain)) : '',
    lose.principals > 0 ? t.impact.lose(lose.principals, whoOf(lose)) : '',
  ].filter(Boolean).join(' ');
}

// What the button says of a change of what people hold, and of one of what is decided.
export function saveText({ gain, lose }: Trial['impact']): string {
  if (gain.principals > 0 && lose.principals > 0) return t.impact.saveBoth(gain.principals, lose.principals);
  if (gain.principals > 0) return t.impact.saveGain(gain.principals, whoOf(gain));
  return lose.principals > 0 ? t.impact.saveLose(lose.principals, whoOf(lose)) : t.impact.justSave;
}
export function removeText({ lose }: Trial['impact']): string {
  return t.impact.removeOf(lose.principals, whoOf(lose));
}
export function flipText({ flips }: Trial['impact']): string {
  return t.policy.confirmFlips(flips ? flips.to_allowed + flips.to_denied : 0);
}

export function ImpactView({ impact }: { impact: Trial['impact'] }) {
  return (
    <>
      <p><strong>{summary(impact)}</strong></p>
      <Held title={t.impact.gains} kind="warn" held={impact.gain} />
      <Held title={t.impact.loses} kind="bad" held={impact.lose} />
      {impact.flips && <FlipsView flips={impact.flips} />}
    </>
  );
}

function Held({ title, kind, held }: { title: string; kind: string; held: Trial['impact']['gain'] }) {
  if (held.rows === 0) return null;
  const shown = held.data.slice(0, 12);
  return (
    <section class={`box ${kind}`}>
      <h3>{title}</h3>
      <ul class="paths">
        {shown.map((row) => (
          <li class="row" key={row.principal.id + row.resource}>
            <PersonName id={row.principal.id} type={row.principal.type} />
            <Scopes scopes={row.scopes} most={6} />
            {row.resource && <span>{t.paths.on} <code>{row.resource}</code></span>}
          </li>
        ))}
      </ul>
      {held.data.length === 0 && <p class="small">{t.impact.notListed}</p>}
      {held.rows > shown.length && shown.length > 0 && <p class="small">{t.common.andMore(held.rows - shown.length)}</p>}
    </section>
  );
}

export function FlipsView({ flips }: { flips: NonNullable<Trial['impact']['flips']> }) {
  const none = flips.to_allowed === 0 && flips.to_denied === 0;
  return (
    <section class={`box ${none ? '' : 'warn'}`}>
      <h3>{t.impact.flips}</h3>
      <p>{none ? t.impact.noFlips(flips.asked) : t.impact.flipCounts(flips.to_allowed, flips.to_denied, flips.asked)}</p>
      {flips.asked < flips.questions && <p class="small">{t.impact.sampled(flips.asked, flips.questions)}</p>}
      <ul class="paths">
        {flips.data.slice(0, 12).map((flip, index) => (
          <li class="row small" key={index}>
            <span class={`badge ${flip.decision ? 'good' : 'bad'}`}>{flip.decision ? t.impact.toAllowed : t.impact.toDenied}</span>
            <PersonName id={flip.subject.id} type={flip.subject.type} />
            <span>{flip.action} <code>{flip.resource.type}:{flip.resource.id}</code></span>
          </li>
        ))}
      </ul>
    </section>
  );
}
