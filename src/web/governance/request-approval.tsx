import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { districtNames } from '#web/home/district-names.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { toggled } from './question-field.tsx';
import { type Assessment, automations } from './views.ts';
import { words } from './words.ts';

type RequestProps = { assessment: Assessment; open: boolean; onClose: () => void };

const purposeCharactersMax = 2_000;

/** Asks for what, where, and how far by itself, before it opens the case of an approval. */
export function RequestApproval({ assessment, open, onClose }: RequestProps) {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const router = useRouter();
  const queries = useQueryClient();
  const { assessmentId } = assessment;
  const assessed = automations.find((one) => one === assessment.answers.automation) ?? 'advisory';
  const offered = automations.slice(0, automations.indexOf(assessed) + 1);
  const [purpose, setPurpose] = useState('');
  const [automation, setAutomation] = useState<string>(offered.at(-1) ?? 'advisory');
  const [districts, setDistricts] = useState<readonly string[]>([]);
  const missing = purpose.trim() === '';
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('request')}
      verb={say('request')}
      done={say('requested')}
      ready={!missing}
      send={async () => {
        const { approvalId } = await api.governance.requestApproval.call({
          assessmentId,
          purpose: purpose.trim(),
          districts: [...districts],
          automation: offered.find((one) => one === automation) ?? 'advisory',
        });
        await queries.invalidateQueries({ queryKey: api.governance.key() });
        router.history.push(`/governance/approvals/${approvalId}`);
      }}
    >
      <p>{say('requestWhy')}</p>
      <PlainText
        name="purpose"
        label={say('purpose')}
        help={say('purposeHelp')}
        required
        lines={2}
        charactersMax={purposeCharactersMax}
        value={purpose}
        onChange={setPurpose}
        problem={missing ? say('purposeMissing') : undefined}
      />
      <PlainChoice
        name="automation"
        label={say('automation')}
        help={say('automationHelp')}
        options={offered.map((value) => ({ value, label: say(value) }))}
        value={automation}
        onChange={setAutomation}
      />
      <fieldset className="question">
        <legend>{say('districts')}</legend>
        <p className="question-help">{say('districtsHelp')}</p>
        <div className="question-options" data-wide>
          {Object.entries(districtNames).map(([code, name]) => (
            <label key={code}>
              <input
                type="checkbox"
                checked={districts.includes(code)}
                onChange={() => setDistricts(toggled(districts, code))}
              />
              {pick(name)}
            </label>
          ))}
        </div>
      </fieldset>
    </Ask>
  );
}
