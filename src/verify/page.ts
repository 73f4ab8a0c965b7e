import { utf8Decode } from './bytes.ts';
import { Refused } from './failure.ts';
import { pageWords } from './page-words.ts';
import { policyOfText } from './policy.ts';
import type { ClaimReport, Report } from './report.ts';
import { verifyEvidence } from './verify.ts';
import { failureSentence, type Language, show, showTime, words } from './words.ts';

// The script of the offline page. It stands in page.html, which build.ts puts into one file.

type Outcome =
  | { readonly state: 'nothing' }
  | {
      readonly state: 'problem';
      readonly problem: 'noLogKey' | 'tooLarge' | 'notText' | 'noCrypto';
    }
  | { readonly state: 'refused'; readonly refused: Refused }
  | { readonly state: 'report'; readonly name: string; readonly report: Report };

const fileBytesMax = 64 * 1024 * 1024;
const keysBox = find('#keys', HTMLTextAreaElement);
const fileBox = find('#file', HTMLInputElement);
const dropBox = find('#drop', HTMLElement);
const resultBox = find('#result', HTMLElement);
const languageButton = find('#language', HTMLButtonElement);

let language: Language = navigator.language.startsWith('zh') ? 'zh' : 'en';
let outcome: Outcome = { state: 'nothing' };
let chosen: File | undefined;

languageButton.addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  render();
});
keysBox.addEventListener('change', () => void check());
fileBox.addEventListener('change', () => {
  chosen = fileBox.files?.[0];
  void check();
});
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    dropBox.classList.toggle('over', name === 'dragover');
  });
}
document.addEventListener('drop', (event) => {
  chosen = event.dataTransfer?.files[0] ?? chosen;
  void check();
});
render();

async function check(): Promise<void> {
  if (chosen === undefined) return;
  outcome = await checkFile(chosen, keysBox.value);
  render();
}

async function checkFile(file: File, keys: string): Promise<Outcome> {
  if (keys.trim() === '') return { state: 'problem', problem: 'noLogKey' };
  if (file.size > fileBytesMax) return { state: 'problem', problem: 'tooLarge' };
  let text: string;
  try {
    text = utf8Decode(new Uint8Array(await file.arrayBuffer()));
  } catch {
    return { state: 'problem', problem: 'notText' };
  }
  try {
    const report = await verifyEvidence(text, { policy: await policyOfText(keys) });
    return { state: 'report', name: file.name, report };
  } catch (error) {
    if (error instanceof Refused) return { state: 'refused', refused: error };
    return { state: 'problem', problem: 'noCrypto' };
  }
}

function render(): void {
  const page = pageWords[language];
  document.documentElement.lang = language;
  document.title = page.title;
  languageButton.textContent = page.otherLanguage;
  languageButton.lang = language === 'zh' ? 'en' : 'zh';
  for (const element of document.querySelectorAll<HTMLElement>('[data-words]')) {
    for (const [key, text] of Object.entries(page)) {
      if (key === element.dataset.words) element.textContent = text;
    }
  }
  resultBox.hidden = outcome.state === 'nothing';
  resultBox.replaceChildren(...resultElements());
}

function resultElements(): HTMLElement[] {
  if (outcome.state === 'nothing') return [];
  if (outcome.state === 'problem') {
    return [make('p', { text: pageWords[language][outcome.problem], mark: 'bad' })];
  }
  if (outcome.state === 'refused') {
    return [make('p', { text: failureSentence(outcome.refused.failure, language), mark: 'bad' })];
  }
  return reportElements(outcome.name, outcome.report);
}

function reportElements(name: string, report: Report): HTMLElement[] {
  const say = words[language];
  const verdict = make('p', {
    text: report.ok ? `✓ ${say.verified}` : `✗ ${say.failed}`,
    mark: report.ok ? 'good' : 'bad',
  });
  verdict.id = 'verdict';
  const kind = report.kind === undefined ? '' : `${say.kinds[report.kind]} · `;
  const elements = [make('h2', { text: `${kind}${name}` }), verdict];
  if (report.failures.length > 0) {
    const reasons = report.failures.map((failure) =>
      make('li', {}, [
        make('span', { text: `${failureSentence(failure, language)} ` }),
        make('code', { text: failure.code }),
      ]),
    );
    elements.push(make('ul', {}, reasons));
  }
  if (report.checkpoint !== undefined) {
    const { origin, size, cosignatures } = report.checkpoint;
    const seen = cosignatures.map((line) => say.cosigned(line.name, showTime(line.time)));
    const text = [say.log(origin, size), ...(seen.length > 0 ? seen : [say.notCosigned])].join(' ');
    elements.push(make('p', { text }));
  }
  if (report.claims.length > 0) elements.push(claimTable(report.claims));
  if (report.unproven.length > 0) {
    const items = report.unproven.map(({ path, value }) =>
      make('li', {}, [make('code', { text: `${path} = ${show(value)}` })]),
    );
    elements.push(make('p', { text: say.unproven, mark: 'attention' }), make('ul', {}, items));
  }
  return elements;
}

function claimTable(claims: readonly ClaimReport[]): HTMLElement {
  const page = pageWords[language];
  const heads = [page.place, page.value, page.level, page.basis].map((text) => {
    const head = make('th', { text });
    head.setAttribute('scope', 'col');
    return head;
  });
  const table = make('table', {}, [
    make('caption', { text: page.claims }),
    make('thead', {}, [make('tr', {}, heads)]),
    make('tbody', {}, claims.map(claimRow)),
  ]);
  const scroll = make('div', { mark: 'scroll' }, [table]);
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'group');
  scroll.setAttribute('aria-label', page.claims);
  return scroll;
}

function claimRow(claim: ClaimReport): HTMLElement {
  const say = words[language];
  const failed = claim.level === 'failed';
  const level = make('span', {
    text: `${failed ? '✗' : '✓'} ${say.levels[claim.level]}`,
    mark: failed ? 'bad' : 'good',
  });
  const by = claim.attestedBy === undefined ? '' : ` · ${say.attestedBy(claim.attestedBy)}`;
  return make('tr', {}, [
    make('td', {}, [make('code', { text: claim.path })]),
    make('td', { text: claim.value === undefined ? '' : show(claim.value) }),
    make('td', {}, [level, make('div', { text: say.levelMeanings[claim.level], mark: 'help' })]),
    make('td', {}, [make('code', { text: `${say.restsOn(claim.fact)}${by}` })]),
  ]);
}

function make(
  tag: string,
  { text, mark }: { readonly text?: string; readonly mark?: string },
  children: readonly HTMLElement[] = [],
): HTMLElement {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (mark !== undefined) element.className = mark;
  element.append(...children);
  return element;
}

function find<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
  const element = document.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`${selector} is not on the page`);
  return element;
}
