import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatInstant } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { shortId, usePartyNames } from '#web/parties/party-name.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { words } from './words.ts';

type Program = Outputs['serving']['listPrograms']['items'][number];

const shown = 100;

/** 部署, for whoever may deploy a program that an approval names. Nothing for others. */
export function DeployControl() {
  const api = useApi();
  const say = useWords(words);
  const [wanted, setWanted] = useQueryParameter('program');
  const [asking, setAsking] = useState(wanted !== '');
  const { data } = useQuery(api.serving.listPrograms.queryOptions({ input: { limit: shown } }));
  const programs = data?.items.filter(({ actions }) => actions.includes('deploy')) ?? [];
  if (programs.length === 0) return null;
  return (
    <>
      <Button kind="main" icon="plus" onClick={() => setAsking(true)}>
        {say('deploy')}
      </Button>
      <Question
        programs={programs}
        wanted={wanted}
        open={asking}
        onClose={() => {
          setAsking(false);
          setWanted('');
        }}
      />
    </>
  );
}

type QuestionProps = {
  programs: readonly Program[];
  wanted: string;
  open: boolean;
  onClose: () => void;
};

function Question({ programs, wanted, open, onClose }: QuestionProps) {
  const api = useApi();
  const say = useWords(words);
  const router = useRouter();
  const queries = useQueryClient();
  const names = usePartyNames(programs.map(({ ownerId }) => ownerId));
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState(wanted);
  const created = useRef<string>(undefined);
  // Closing takes the wanted program out of the address: where a deployment was made, its page is next.
  const leave = () => {
    if (created.current === undefined) onClose();
    else router.history.push(`/serving/deployments/${created.current}`);
  };
  const program = programs.find(({ programId }) => programId === chosen) ?? programs[0];
  return (
    <Ask
      open={open}
      onClose={leave}
      title={say('deploy')}
      verb={say('deploy')}
      done={say('deployed')}
      ready={name.trim() !== '' && program !== undefined}
      send={async () => {
        if (program === undefined) return;
        const { deploymentId } = await api.serving.createDeployment.call({
          name: name.trim(),
          program: { programId: program.programId },
        });
        await queries.invalidateQueries({ queryKey: api.serving.key() });
        created.current = deploymentId;
      }}
    >
      <p>{say('deployWhy')}</p>
      <PlainChoice
        name="program"
        label={say('ofProgram')}
        value={program?.programId ?? ''}
        onChange={setChosen}
        options={programs.map(({ programId, ownerId, createdAt }) => ({
          value: programId,
          label: `${say('programShort', { id: shortId(programId) })} · ${names(ownerId)} · ${formatInstant(createdAt)}`,
        }))}
      />
      <PlainText
        name="name"
        label={say('name')}
        help={say('nameHelp')}
        required
        charactersMax={200}
        value={name}
        onChange={setName}
        problem={name.trim() === '' ? say('nameMissing') : undefined}
      />
    </Ask>
  );
}
