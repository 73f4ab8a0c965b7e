import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { noticeKinds } from './kinds.ts';
import { words } from './words.ts';

const anyKind = '*';

/** Which notices come by mail. Each tick is saved at once. */
export function MailKinds() {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const query = useQuery(api.notices.listPreferences.queryOptions({ input: {} }));
  const set = useMutation(
    api.notices.setPreference.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: api.notices.listPreferences.key() });
        announce(say('saved'));
      },
      onError: (error) => announce(toProblem(error).message),
    }),
  );
  // A tick shows at once; it falls back if it could not be saved.
  const asked = (kind: string) =>
    set.isPending && set.variables.kind === kind ? set.variables.enabled : undefined;
  return (
    <Section title={say('mail')}>
      <p className="notices-why">{say('mailWhy')}</p>
      <Loaded query={query}>
        {({ items }) => {
          // What has no row of its own goes by the row for all; without that it comes by mail.
          const chosen = (kind: string) =>
            asked(kind) ??
            (items.find((one) => one.kind === kind) ?? items.find((one) => one.kind === anyKind))
              ?.enabled ??
            true;
          return (
            <ul className="notices-kinds">
              {[...noticeKinds, anyKind].map((kind) => (
                <li key={kind}>
                  <label className="notices-tick">
                    <input
                      type="checkbox"
                      checked={chosen(kind)}
                      onChange={({ target }) =>
                        set.mutate({ kind, channel: 'mail', enabled: target.checked })
                      }
                    />
                    {kind === anyKind ? say('otherKinds') : say(asKey(kind))}
                  </label>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Section>
  );
}

const asKey = (kind: string) => noticeKinds.find((known) => known === kind) ?? 'otherKinds';
