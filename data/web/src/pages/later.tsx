// A page of the file that is fetched later. What can't be fetched is asked for again by who wants it.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../text';
import { PageHead } from '../ui/page';
import { Skeleton } from '../ui/states';

type Rare = typeof import('./rare');
let fetched: Rare | null = null;

export function Later({ show }: { show: (pages: Rare) => ComponentChildren }) {
  const [pages, setPages] = useState(fetched);
  const [failed, setFailed] = useState(false);
  const fetchPages = (): void => {
    setFailed(false);
    import('./rare').then((found) => {
      fetched = found;
      setPages(found);
    }, () => setFailed(true));
  };
  useEffect(() => {
    if (!pages) fetchPages();
  }, []);
  if (pages) return <>{show(pages)}</>;
  if (!failed) return <Skeleton />;
  return (
    <>
      <PageHead title={t.states.offline} />
      <div class="box bad" role="alert">
        <p>{t.states.pageGone}</p>
        <button type="button" onClick={() => location.reload()}>{t.common.retry}</button>
      </div>
    </>
  );
}
