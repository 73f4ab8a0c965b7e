import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import './city.css';
import type { CityMap } from './views.ts';
import { words } from './words.ts';

/** What a map has to say of itself: its approval, its coordinates, its sources. */
export function MapLegend({ map }: { map: CityMap }) {
  const say = useWords(words);
  const pick = usePick();
  const { account } = useSession();
  const operates = account?.roles.includes('operator') ?? false;
  const { boundarySource, streetSource, approval, coordinateSystem } = map;
  const sources = [boundarySource, streetSource].map(
    ({ name, version, licence }) => `${name} ${version}（${licence}）`,
  );
  const streets = map.districts.reduce((sum, district) => sum + district.streets.length, 0);
  return (
    <div className="map-legend">
      <div>
        <strong>
          {say('approval')}：{approval?.number ?? say('notSubmitted')}
        </strong>
        {operates && <EnterApproval known={approval?.number ?? ''} />}
      </div>
      <p>
        {say('coordinates')}：
        {coordinateSystem === 'undeclared' ? say('undeclared') : coordinateSystem}
        {' · '}
        {pick(map.coordinateNote)}
      </p>
      <p>
        {say('streetCount', { count: streets })}
        {' · '}
        {pick(map.missing)}
      </p>
      <p>
        {say('sources')}：{sources.join('；')}
      </p>
    </div>
  );
}

function EnterApproval({ known }: { known: string }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [number, setNumber] = useState(known);
  return (
    <>
      <Button kind="quiet" icon="pencil" onClick={() => setOpen(true)}>
        {say('enterApproval')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('enterApproval')}
        verb={say('enterApproval')}
        done={say('done')}
        ready={number.trim() !== ''}
        send={async () => {
          await api.city.setMapApproval.call({ number: number.trim() });
          await queries.invalidateQueries({ queryKey: api.city.getMap.key() });
        }}
      >
        <PlainText
          name="number"
          label={say('approval')}
          help={say('approvalHelp')}
          required
          charactersMax={60}
          value={number}
          onChange={setNumber}
        />
      </Ask>
    </>
  );
}
