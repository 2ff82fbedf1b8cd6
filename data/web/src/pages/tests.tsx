// Policy tests: answers that must stay as they are. A change of policies that would turn one is refused.
import { useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { entityText } from '../entity';
import { useLoad } from '../load';
import { useExplain, useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge } from '../ui/basics';
import { say } from '../ui/live';
import { Act, PageHead } from '../ui/page';
import { Table } from '../ui/paged';
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
  const explain = useExplain();
  return (
    <Table label={t.tests.title} heads={[t.tests.name, t.tests.question, t.tests.expected, t.tests.result, t.common.actions]}>
      {tests.map((test) => {
        const { subject, action, resource } = test.request;
        const asked = [entityText(subject), action.name, entityText(resource)] as const;
        const result = run?.data.find((one) => one.id === test.id);
        return (
          <tr key={test.id}>
            <th scope="row">{test.name}</th>
            <td><SubjectText type={subject.type} id={subject.id} /> <code>{asked[1]} {asked[2]}</code></td>
            <td>{test.expected.decision ? t.tests.allow : t.tests.deny}</td>
            <td>
              {result ? <Badge kind={result.passed ? 'good' : 'bad'}>{result.passed ? t.tests.passed : t.tests.failed}</Badge> : t.tests.notRun}
              {result && !result.passed && <div class="small">{result.reason}</div>}
            </td>
            <td class="row">
              <a class="button" href={explain(...asked)}>{t.explain.title}</a>
              <Act needs="organization:policymanage" label={t.tests.remove(test.name)} onClick={() => remove(test)}>{t.common.remove}</Act>
            </td>
          </tr>
        );
      })}
    </Table>
  );
}
