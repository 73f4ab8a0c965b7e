import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answers, answers, questions } from './answer-sheet.ts';
import { tierOf } from './tier.ts';
import { exemptRule, restRule, sources, type Tier, tierRules, tiers } from './tier-rules.ts';

/**
 * Tiers follow from codes alone. The golden set holds what each kind of use has come out as; a change of the rules
 * that moves one of them is seen here, and needs a new `rulesVersion`.
 */

const nothing: Answers = {
  practices: [],
  areas: [],
  exception: 'none',
  profiling: 'no',
  safetyComponent: 'no',
  encounters: [],
  personalDecisions: 'no',
  publicOpinion: 'no',
  riskToLife: 'no',
  automation: 'advisory',
};

const golden: [string, Partial<Answers>, Tier, string[]][] = [
  ['alarms about failing sensors', { automation: 'confirmed' }, 'minimal', ['eu.rest']],
  ['the same, acting by itself', { automation: 'automatic' }, 'minimal', ['eu.rest']],
  [
    'alarms about lives, confirmed',
    { riskToLife: 'yes', automation: 'confirmed' },
    'minimal',
    ['eu.rest'],
  ],
  [
    'fire doors opened by themselves',
    { riskToLife: 'yes', automation: 'automatic' },
    'high',
    ['cn.ethics-autonomy'],
  ],
  [
    'traffic lights',
    { areas: ['critical_infrastructure'], automation: 'automatic' },
    'high',
    ['eu.annex-3-2'],
  ],
  ['a lift controller', { safetyComponent: 'yes' }, 'high', ['eu.6-1']],
  [
    'sorting of benefit files',
    { areas: ['essential_services'], exception: 'narrow_procedure' },
    'minimal',
    ['eu.6-3'],
  ],
  [
    'the same with profiling',
    { areas: ['essential_services'], exception: 'narrow_procedure', profiling: 'yes' },
    'high',
    ['eu.annex-3-5'],
  ],
  ['hiring', { areas: ['employment'], personalDecisions: 'yes' }, 'high', ['eu.annex-3-4']],
  ['exam marks', { areas: ['education'] }, 'high', ['eu.annex-3-3']],
  [
    'face matching at a gate',
    { areas: ['biometrics'], encounters: ['reads_bodies'] },
    'high',
    ['eu.annex-3-1'],
  ],
  ['evidence for police', { areas: ['law_enforcement'] }, 'high', ['eu.annex-3-6']],
  ['visa files', { areas: ['migration'] }, 'high', ['eu.annex-3-7']],
  ['drafts of judgments', { areas: ['justice'] }, 'high', ['eu.annex-3-8']],
  ['hotline chat', { encounters: ['talks_to_people'] }, 'limited', ['eu.50-1']],
  ['text generator', { encounters: ['generates_content'] }, 'limited', ['cn.labelling', 'eu.50-2']],
  ['deep fakes for theatre', { encounters: ['deep_fake'] }, 'limited', ['eu.50-4a']],
  ['generated public notices', { encounters: ['public_text'] }, 'limited', ['eu.50-4b']],
  ['prices by person', { personalDecisions: 'yes' }, 'limited', ['cn.automated-decisions']],
  ['a news ranking', { publicOpinion: 'yes' }, 'high', ['cn.ethics-opinion']],
  [
    'social scoring, whatever else',
    { practices: ['social_scoring'], areas: ['justice'], exception: 'preparatory' },
    'prohibited',
    ['eu.5-1-c'],
  ],
  ['covert manipulation', { practices: ['manipulation'] }, 'prohibited', ['eu.5-1-a']],
  ['need exploited', { practices: ['vulnerability'] }, 'prohibited', ['eu.5-1-b']],
  ['crimes foretold', { practices: ['crime_prediction'] }, 'prohibited', ['eu.5-1-d']],
  ['faces from everywhere', { practices: ['face_scraping'] }, 'prohibited', ['eu.5-1-e']],
  ['moods of pupils', { practices: ['emotion_at_work'] }, 'prohibited', ['eu.5-1-f']],
  ['beliefs from faces', { practices: ['biometric_categories'] }, 'prohibited', ['eu.5-1-g']],
  ['everybody in the square', { practices: ['remote_identification'] }, 'prohibited', ['eu.5-1-h']],
];

const anySheet: fc.Arbitrary<Answers> = fc
  .tuple(
    ...questions.map(({ several, options }) => {
      const codes = options.map(({ code }) => code);
      return several ? fc.subarray(codes) : fc.constantFrom(...codes);
    }),
  )
  .map((given) =>
    answers.parse(Object.fromEntries(questions.map(({ name }, place) => [name, given[place]]))),
  );

const gravity = (tier: Tier) => tiers.indexOf(tier);

describe('tierOf', () => {
  it.each(golden)('%s', (_use, given, tier, decided) => {
    const found = tierOf({ ...nothing, ...given });
    expect(found.tier).toBe(tier);
    expect(found.rules.filter((rule) => rule.decided).map(({ ruleId }) => ruleId)).toEqual(decided);
  });

  it('is met by the golden set in every rule', () => {
    const met = golden.flatMap(([, given]) =>
      tierOf({ ...nothing, ...given }).rules.map(({ ruleId }) => ruleId),
    );
    const rules = [...tierRules, exemptRule, restRule].map(({ id }) => id);
    expect(rules.filter((id) => !met.includes(id))).toEqual([]);
    expect(new Set(rules).size).toBe(rules.length);
  });

  it('gives the same for the same answers, and says which rules decided by which article', () => {
    fc.assert(
      fc.property(anySheet, (given) => {
        const found = tierOf(given);
        expect(tierOf(structuredClone(given))).toEqual(found);
        const decided = found.rules.filter((rule) => rule.decided);
        expect(decided.length).toBeGreaterThan(0);
        for (const { tier, article, source } of found.rules) {
          expect(gravity(tier)).toBeLessThanOrEqual(gravity(found.tier));
          expect(article).not.toBe('');
          expect(source.url).toMatch(/^https?:\/\//);
        }
      }),
    );
  });

  it('never falls because more is admitted', () => {
    fc.assert(
      fc.property(anySheet, anySheet, (one, other) => {
        const more: Answers = {
          ...one,
          practices: [...new Set([...one.practices, ...other.practices])],
          encounters: [...new Set([...one.encounters, ...other.encounters])],
          profiling: one.profiling === 'yes' ? 'yes' : other.profiling,
          riskToLife: one.riskToLife === 'yes' ? 'yes' : other.riskToLife,
        };
        expect(gravity(tierOf(more).tier)).toBeGreaterThanOrEqual(gravity(tierOf(one).tier));
      }),
    );
  });
});

describe('the rules', () => {
  it('say of every text how well it is known, and call none official that was not read', () => {
    for (const { standing } of Object.values(sources)) {
      expect(['secondary', 'unverified']).toContain(standing);
    }
  });

  it('ask only what the sheet offers', () => {
    const offered = new Set(
      questions.flatMap(({ name, options }) => options.map(({ code }) => `${name}=${code}`)),
    );
    const asked = tierRules.flatMap(({ when }) => when.map((one) => `${one.question}=${one.is}`));
    expect(asked.filter((one) => !offered.has(one))).toEqual([]);
    expect(questions.map(({ name }) => name).sort()).toEqual(Object.keys(answers.shape).sort());
  });
});
