// The two regions that screen readers listen to: results politely, failures at once.
import { useEffect, useState } from 'preact/hooks';

type Listener = (text: string, urgent: boolean) => void;
let listener: Listener = () => {};

export function say(text: string, urgent = false): void {
  listener(text, urgent);
}

export function LiveRegions() {
  const [polite, setPolite] = useState('');
  const [urgent, setUrgent] = useState('');
  useEffect(() => {
    listener = (text, now) => {
      const set = now ? setUrgent : setPolite;
      // The same words twice are only read again if the region was empty between.
      set('');
      setTimeout(() => set(text), 50);
    };
    return () => {
      listener = () => {};
    };
  }, []);
  return (
    <>
      <div class="hidden" role="status" aria-live="polite">{polite}</div>
      <div class="hidden" role="alert" aria-live="assertive">{urgent}</div>
    </>
  );
}
