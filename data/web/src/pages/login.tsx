// Logging in with an API key. It is sent once, for a cookie that no script reads, and then forgotten here.
import { useEffect, useState } from 'preact/hooks';
import { logIn, type Me } from '../session';
import { t } from '../text';
import { Field } from '../ui/field';
import { say } from '../ui/live';

export function LoginPage({ note, onIn }: { note: string; onIn: (me: Me) => void }) {
  const [key, setKey] = useState('');
  const [wrong, setWrong] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${t.login.title} · ${t.shell.name}`;
  }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy || key.trim() === '') return;
    // No credential has other characters, and no header could carry them.
    if (!/^[\x21-\x7e]+$/.test(key.trim())) {
      setWrong(t.login.wrong);
      return;
    }
    setBusy(true);
    const answer = await logIn(key.trim());
    setBusy(false);
    if (answer.ok) {
      setKey('');
      onIn(answer.data);
      return;
    }
    const { status, code, message } = answer.fault;
    const text = code === 'offline' ? t.login.unreached : status === 401 ? t.login.wrong : message;
    setWrong(text);
    say(text, true);
  };
  return (
    <main class="alone">
      <h1>{t.shell.name}</h1>
      <h2>{t.login.title}</h2>
      {note && <div class="box raised">{note}</div>}
      <form onSubmit={submit}>
        <Field label={t.login.key} type="password" value={key} onInput={setKey} hint={t.login.keyHint}
          wrong={wrong || undefined} autocomplete="current-password" required autoFocus />
        <button type="submit" class="primary" disabled={busy}>{t.login.submit}</button>
      </form>
    </main>
  );
}
