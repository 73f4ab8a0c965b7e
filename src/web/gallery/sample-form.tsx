import { Controls } from '#web/ui/controls.tsx';
import { ChoiceField, InstantField, NumberField, TextField } from '#web/ui/fields.tsx';
import { FormPage } from '#web/ui/form-page.tsx';
import { useDraft } from '#web/ui/use-draft.ts';

type Call = { title: string; need: string; metric: string; days: number | null; closes: string };

const initial: Call = { title: '', need: '', metric: '', days: null, closes: '' };

const check = (values: Call) => ({
  ...(values.title.trim() === '' ? { title: '名称不能为空' } : {}),
  ...(values.metric === '' ? { metric: '选择一个指标' } : {}),
});

/** A form that sends nothing. */
export function SampleForm() {
  const draft = useDraft({ key: 'gallery', initial, check });
  return (
    <Controls>
      <FormPage
        name="发布揭榜"
        parent={{ name: '场景', href: '/scenarios' }}
        draft={draft}
        verb="发布"
        send={async () => {}}
        summary={(values) => [
          ['名称', values.title],
          ['指标', values.metric],
        ]}
      >
        <TextField {...draft.bind('title')} label="名称" help="例如：环境传感器异常检测" required />
        <TextField {...draft.bind('need')} label="需求" lines={3} charactersMax={500} />
        <ChoiceField
          {...draft.bind('metric')}
          label="指标"
          required
          options={[
            { value: 'f1', label: '事件 F1' },
            { value: 'auc', label: 'AUC' },
          ]}
        />
        <NumberField {...draft.bind('days')} label="公示期" unit="个工作日" min={1} max={30} />
        <InstantField {...draft.bind('closes')} label="截止时间" />
      </FormPage>
    </Controls>
  );
}
