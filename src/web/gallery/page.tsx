import { useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { Mark } from '#web/mark.tsx';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Button, ButtonLink, IconButton } from '#web/ui/button.tsx';
import { Command, CopyText, Digest } from '#web/ui/copy-text.tsx';
import { LongWork } from '#web/ui/long-work.tsx';
import { Markdown } from '#web/ui/markdown.tsx';
import { Note } from '#web/ui/note.tsx';
import { NumberTile } from '#web/ui/number-tile.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { Sheet } from '#web/ui/sheet.tsx';
import { Deadlines, FactTimeline, People } from '#web/ui/side.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState, ErrorState, Loading, NoPermission } from '#web/ui/states.tsx';
import { TrustDrawer } from '#web/ui/trust-drawer.tsx';
import { When } from '#web/ui/when.tsx';
import './gallery.css';
import { SampleForm } from './sample-form.tsx';
import { SampleList } from './sample-list.tsx';
import {
  deadlines,
  facts,
  markdown,
  people,
  problems,
  states,
  trust,
  workSteps,
} from './samples.ts';
import { words } from './words.ts';

/** All components in all their states, light and dark. */
export function GalleryPage() {
  const say = useWords(words);
  const announce = useAnnounce();
  const [open, setOpen] = useState(false);
  return (
    <>
      <PageHead
        name={say('title')}
        parent={{ name: 'Touyan', href: '/' }}
        state={<StateTag state="running" />}
        note={<Note kind="replayed" />}
        why={say('why')}
        main={<Button kind="main">发布 Publish</Button>}
        more={(close) => (
          <button type="button" className="menu-item" onClick={close}>
            导出 Export
          </button>
        )}
      />
      <PageBody
        side={
          <>
            <FactTimeline facts={facts} />
            <FactTimeline facts={[]} />
            <Deadlines deadlines={deadlines} />
            <People people={people} />
          </>
        }
      >
        <Section title="StateTag, Note, When, Mark" action={<TrustDrawer trust={trust} />}>
          <div className="gallery-row">
            {states.map((state) => (
              <StateTag key={state} state={state} />
            ))}
            <StateTag state="running" label="公示中" />
          </div>
          <div className="gallery-row">
            <Note kind="simulated" />
            <Note kind="replayed" />
            <Note kind="injected" />
            <When at={trust.at} />
            <Mark />
          </div>
        </Section>
        <Section title="Button, Digest, CopyText">
          <Buttons />
          <div className="gallery-row">
            <Button onClick={() => announce('已提交 Submitted')}>说一句 Announce</Button>
            <Button onClick={() => setOpen(true)}>打开 Open</Button>
            <Digest value={trust.factId} />
            <CopyText text="touyan" />
          </div>
          <Command text="touyan verify certificate.json --key log.pub --witness witness.pub" />
          <Sheet
            open={open}
            onClose={() => setOpen(false)}
            from="centre"
            title="停用服务 Stop the service"
            foot={<Button kind="danger">停用 Stop</Button>}
          >
            <Properties
              rows={[
                ['服务', '环境传感器异常检测'],
                ['合约', '3 份'],
              ]}
            />
          </Sheet>
        </Section>
        <div className="gallery-tiles">
          <NumberTile
            label="收到的应答"
            value={12_345}
            unit="份"
            at={trust.at}
            href="/ledger"
            change={{ change: '+12', base: '昨天' }}
            course={[3, 4, 4, 7, 8, 12, 11, 15]}
          />
          <NumberTile
            label="最高得分"
            value={0.913}
            unit="F1"
            at={trust.at}
            href="/ledger"
            note={<Note kind="injected" />}
          />
        </div>
        <LongWork
          title="测评 Evaluation"
          steps={workSteps}
          meanwhile="可以离开本页。"
          onCancel={() => {}}
        />
        <div data-surface="dark" className="gallery-dark">
          <LongWork title="测评（深色） Evaluation, dark" steps={workSteps} />
          <Buttons />
        </div>
        <SampleList />
        <SampleForm />
        <Section title="Markdown">
          <Markdown source={markdown} />
        </Section>
        <EmptyState
          what="这里将列出你的应答"
          why="你还没有应答任何揭榜。"
          next={<ButtonLink href="/scenarios">看开放的揭榜</ButtonLink>}
        />
        <ErrorState problem={problems.internal} retry={() => {}} />
        <ErrorState problem={problems.missing} />
        <NoPermission problem={problems.denied} account="浦东新区人工智能办公室" />
        <NoPermission problem={problems.stranger} />
        <Loading />
      </PageBody>
    </>
  );
}

function Buttons() {
  return (
    <div className="gallery-row">
      <Button kind="main">发布</Button>
      <Button icon="download">下载</Button>
      <Button kind="quiet">取消</Button>
      <Button kind="danger">停用</Button>
      <Button kind="main" busy>
        正在提交
      </Button>
      <Button disabled>不可用</Button>
      <IconButton icon="more" label="更多" />
    </div>
  );
}
