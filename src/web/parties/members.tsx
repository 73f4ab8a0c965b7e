import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice } from '#web/ui/plain-fields.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { Popup } from '#web/ui/popup.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { words as uiWords } from '#web/ui/words.ts';
import { PartyPicker, type Picked } from './party-picker.tsx';
import { ShowOnce } from './show-once.tsx';
import { useMe } from './use-me.ts';
import { words } from './words.ts';

type Member = Outputs['parties']['listMembers']['items'][number];
type Role = Member['role'];

const shown = 100;
const roles = ['member', 'administrator'] as const;

/** The people of an organisation; its administrators invite, change and remove them. */
export function Members({
  organisationId,
  administers,
}: {
  organisationId: string;
  administers: boolean;
}) {
  const api = useApi();
  const say = useWords(words);
  const query = useQuery(
    api.parties.listMembers.queryOptions({ input: { organisationId, limit: shown } }),
  );
  return (
    <Section
      title={say('members')}
      {...(administers ? { action: <Invite organisationId={organisationId} /> } : {})}
    >
      <Loaded query={query}>
        {({ items }) => (
          <PlainTable
            name={say('members')}
            rows={items.filter(({ kind }) => kind === 'person')}
            rowKey={({ partyId }) => partyId}
            columns={[
              {
                key: 'name',
                title: say('name'),
                cell: ({ partyId, name }) => <To href={`/parties/${partyId}`}>{name}</To>,
              },
              { key: 'role', title: say('role'), cell: ({ role }) => say(role) },
              {
                key: 'joined',
                title: say('joined'),
                cell: ({ joinedAt }) => <When at={joinedAt} />,
              },
              {
                key: 'change',
                title: say('manage'),
                cell: (member) => (
                  <ChangeMember
                    organisationId={organisationId}
                    member={member}
                    administers={administers}
                  />
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}

type Deed = 'change' | 'remove' | 'leave';

function ChangeMember({
  organisationId,
  member,
  administers,
}: {
  organisationId: string;
  member: Member;
  administers: boolean;
}) {
  const api = useApi();
  const say = useWords(words);
  const ui = useWords(uiWords);
  const me = useMe();
  const queries = useQueryClient();
  const [deed, setDeed] = useState<Deed | null>(null);
  const { partyId, name, role } = member;
  const self = partyId === me?.id;
  if (!administers && !self) return null;
  const other: Role = role === 'administrator' ? 'member' : 'administrator';
  const titles = {
    change: say(other === 'administrator' ? 'makeAdministrator' : 'makeMember'),
    remove: say('removeMember'),
    leave: say('leave'),
  };
  const send = async () => {
    if (deed === 'change') {
      await api.parties.changeMember.call({ organisationId, partyId, role: other });
    } else if (deed === 'remove') {
      await api.parties.removeMember.call({ organisationId, partyId });
    } else await api.parties.leaveOrganisation.call({ organisationId });
    await queries.invalidateQueries({ queryKey: api.parties.key() });
  };
  const deeds: Deed[] = self ? ['leave'] : ['change', 'remove'];
  return (
    <>
      <Popup kind="quiet" label={ui('more')} name={`${ui('more')} ${name}`}>
        {(close) =>
          deeds.map((each) => (
            <button
              key={each}
              type="button"
              className="menu-item"
              onClick={() => {
                close();
                setDeed(each);
              }}
            >
              {titles[each]}
            </button>
          ))
        }
      </Popup>
      <Ask
        open={deed !== null}
        onClose={() => setDeed(null)}
        title={`${titles[deed ?? 'change']} · ${name}`}
        verb={titles[deed ?? 'change']}
        danger={deed !== 'change'}
        done={say(deed === 'leave' ? 'left' : 'changed')}
        send={send}
      >
        <p>{deed === 'leave' ? say('leaveWhy') : deed === 'remove' ? say('removeWhy') : name}</p>
      </Ask>
    </>
  );
}

function Invite({ organisationId }: { organisationId: string }) {
  const api = useApi();
  const say = useWords(words);
  const [open, setOpen] = useState(false);
  const [picked, setPicked] = useState<Picked | null>(null);
  const [byToken, setByToken] = useState(false);
  const [role, setRole] = useState<Role>('member');
  const [token, setToken] = useState<string | null>(null);
  const send = async () => {
    const invitation = await api.parties.inviteMember.call({
      organisationId,
      role,
      ...(byToken || picked === null ? {} : { partyId: picked.id }),
    });
    setToken(invitation.token === null ? null : linkOf(invitation.token));
    setPicked(null);
  };
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {say('invite')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('invite')}
        verb={say('invite')}
        done={say('inviteDone')}
        ready={byToken || picked !== null}
        send={send}
      >
        <p>{say('inviteWhy')}</p>
        <label className="party-check">
          <input
            type="checkbox"
            checked={byToken}
            onChange={(event) => setByToken(event.target.checked)}
          />
          {say('inviteByToken')}
        </label>
        {!byToken && (
          <PartyPicker
            label={say('inviteWho')}
            kind="person"
            picked={picked}
            onPicked={setPicked}
          />
        )}
        <PlainChoice
          name="role"
          label={say('role')}
          value={role}
          onChange={(value) => setRole(roles.find((each) => each === value) ?? 'member')}
          options={roles.map((value) => ({ value, label: say(value) }))}
        />
      </Ask>
      <ShowOnce title={say('inviteToken')} secret={token} onClose={() => setToken(null)}>
        <p className="party-quiet">{say('inviteTokenWhy')}</p>
      </ShowOnce>
    </>
  );
}

/** The address that an invited person opens; it works once. */
const linkOf = (token: string) =>
  `${location.origin}/register?invitation=${encodeURIComponent(token)}`;
