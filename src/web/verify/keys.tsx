import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { words } from './words.ts';

/** Whose signatures are believed: filled in from the platform, which a stranger should not leave so. */
export function Keys({
  keys,
  platformKeys,
  onKeys,
}: {
  keys: string;
  platformKeys: string;
  onKeys: (keys: string | null) => void;
}) {
  const say = useWords(words);
  const own = keys !== platformKeys;
  return (
    <Section
      title={say('keys')}
      {...(own
        ? {
            action: (
              <Button kind="quiet" onClick={() => onKeys(null)}>
                {say('keysReset')}
              </Button>
            ),
          }
        : {})}
    >
      <PlainText
        name="keys"
        label={say('keysHelp')}
        lines={4}
        value={keys}
        onChange={onKeys}
        help={say(own ? 'keysChanged' : 'keysFromHere')}
        all
        {...(keys.trim() === '' ? { problem: say('keysMissing') } : {})}
      />
    </Section>
  );
}
