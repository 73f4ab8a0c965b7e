import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { thingWords } from '#web/city/thing-words.ts';
import { useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { CopyText, Digest } from '#web/ui/copy-text.tsx';
import { Properties, Section } from '#web/ui/page-body.tsx';
import { When } from '#web/ui/when.tsx';
import type { ThingDetail } from './views.ts';
import './things.css';

/** Where and under which name the thing connects, for those who set it up. */
export function ThingConnection({ thing }: { thing: ThingDetail }) {
  const api = useApi();
  const say = useWords(thingWords);
  const { account } = useSession();
  const { data } = useQuery(
    api.city.getCityStatus.queryOptions({ input: {}, enabled: account !== null }),
  );
  const [first] = thing.datastreams;
  const topic = `v1.1/Datastreams(${first?.datastreamId})/Observations`;
  return (
    <Section title={say('connect')}>
      <Properties
        rows={[
          ...(data === undefined
            ? []
            : [[say('mqtt'), data.mqtt.address ?? say('mqttOff')] as const]),
          [say('username'), <Digest key="name" value={thing.thingId} />],
          [
            say('topic'),
            <span key="topic" className="things-topic">
              <code>{topic}</code> <CopyText text={topic} />
            </span>,
          ],
          [say('keyMadeAt'), <When key="key" at={thing.keyMadeAt} />],
          [
            say('standard'),
            <a key="standard" href={`/v1.1/Things('${thing.thingId}')`}>
              {say('openStandard')}
            </a>,
          ],
        ]}
      />
    </Section>
  );
}
