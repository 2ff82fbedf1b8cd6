// Policy tests: answers that must stay as they are. A change of policies that would turn one is refused.
import { useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { entityText } from '../entity';
import { useLoad } from '../load';
import { href } from '../router';
import { useHere, useSession } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge } from '../ui/basics';
import { say } from '../ui/live';
import { Act, PageHead } from '../ui/page';
import { SubjectText } from '../ui/person';
import { Empty, Failure, Loaded } from '../ui/states';
import { toast } from '../ui/toast';

type Test = Schemas['PolicyTest'];
type Run = Schemas['PolicyTestRun'];

export function TestsPage() {
  const here = useHere();
  const load = useLoad(() => get('/v1/policies/tests'), []);
  const [run, setRun] = useState<Run | null>(null);
  const [fault, setFault] = useState<Fault>();
  const runAll = async (): Promise<void> => {
    const answer = await call('post', '/v1/policies/tests/run', {});
    if (answer.ok) {
      setRun(answer.data);
      say(t.tests.ran(answer.data.passed, answer.data.failed));
    } else {
      setFault(answer.fault);
    }
  };
  const remove = async (test: Test): Promise<void> => {
    const answer = await call('delete', '/v1/policies/tests/{test_id}', { path: { test_id: test.id } });
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    toast(t.tests.removed);
    load.reload();
  };
  return (
    <>
      <PageHead title={t.tests.title}>
        <Act needs="organization:policymanage" kind="primary" onClick={runAll}>{t.tests.run}</Act>
      </PageHead>
      {fault && <Failure fault={fault} />}
      {run && <p><strong>{t.tests.ran(run.passed, run.failed)}</strong></p>}
      <Loaded of={load}>
        {(list) => list.data.length === 0
          ? <Empty text={t.tests.empty}><a class="button" href={here('explain')}>{t.tests.makeOne}</a></Empty>
          : <TestTable tests={list.data} run={run} remove={remove} />}
      </Loaded>
      <AsCall path="/v1/policies/tests" />
    </>
  );
}

function TestTable({ tests, run, remove }: { tests: Test[]; run: Run | null; remove: (test: Test) => void }) {
  const { tenant } = useSession();
  return (
    <div class="scroller" tabIndex={0} role="region" aria-label={t.tests.title}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t.tests.name}</th><th scope="col">{t.tests.question}</th><th scope="col">{t.tests.expected}</th>
            <th scope="col">{t.tests.result}</th><th scope="col">{t.common.actions}</th>
          </tr>
        </thead>
        <tbody>
          {tests.map((test) => {
            const { subject, action, resource } = test.request;
            const query = { p: entityText(subject), a: action.name, r: entityText(resource) };
            const result = run?.data.find((one) => one.id === test.id);
            return (
              <tr key={test.id}>
                <th scope="row">{test.name}</th>
                <td><SubjectText type={subject.type} id={subject.id} /> <code>{query.a} {query.r}</code></td>
                <td>{test.expected.decision ? t.tests.allow : t.tests.deny}</td>
                <td>
                  {result ? <Badge kind={result.passed ? 'good' : 'bad'}>{result.passed ? t.tests.passed : t.tests.failed}</Badge> : t.tests.notRun}
                  {result && !result.passed && <div class="small">{result.reason}</div>}
                </td>
                <td class="row">
                  <a class="button" href={href([tenant?.slug ?? '', 'explain'], query)}>{t.explain.title}</a>
                  <Act needs="organization:policymanage" label={t.tests.remove(test.name)} onClick={() => remove(test)}>{t.common.remove}</Act>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
