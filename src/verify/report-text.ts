import type { ClaimReport, Report } from './report.ts';
import { failureSentence, type Language, show, showTime, type Words, words } from './words.ts';

/** A report as plain sentences for a terminal, one a line. */
export function renderReport(report: Report, language: Language): string {
  const say = words[language];
  const lines: string[] = [];
  if (report.kind !== undefined) lines.push(say.kinds[report.kind]);
  if (report.checkpoint !== undefined) {
    const { origin, size, cosignatures } = report.checkpoint;
    lines.push(say.log(origin, size));
    for (const { name, time } of cosignatures) lines.push(say.cosigned(name, showTime(time)));
  }
  for (const claim of report.claims) lines.push(claimLine(claim, say));
  if (report.unproven.length > 0) {
    lines.push(say.unproven);
    for (const { path, value } of report.unproven) lines.push(`  ? ${path} = ${show(value)}`);
  }
  lines.push(report.ok ? say.verified : say.failed);
  for (const failure of report.failures) {
    lines.push(`  ${failureSentence(failure, language)} [${failure.code}]`);
  }
  return `${lines.join('\n')}\n`;
}

function claimLine(claim: ClaimReport, say: Words): string {
  const mark = claim.level === 'failed' ? '✗' : '✓';
  const value = claim.value === undefined ? '' : ` = ${show(claim.value)}`;
  const by = claim.attestedBy === undefined ? '' : `, ${say.attestedBy(claim.attestedBy)}`;
  const basis = `(${say.restsOn(claim.fact)}${by})`;
  return `  ${mark} ${claim.path}${value}  ${say.levels[claim.level]} ${basis}`;
}
