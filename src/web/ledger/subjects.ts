/** Types of things that have facts and a page of them; their words stand in words.ts. */
export const subjectTypes = [
  'scenarios.call',
  'scenarios.submission',
  'assurance.evaluation',
  'assurance.certificate',
  'governance.assessment',
  'governance.approval',
  'exchange.offer',
  'exchange.agreement',
  'city.rule',
  'city.incident',
  'city.command',
  'city.thing',
  'hub.repository',
  'compute.job',
  'cases.case',
] as const;
