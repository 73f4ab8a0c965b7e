/**
 * What cards may say, small enough to be read. Licences: the identifiers of
 * https://huggingface.co/docs/hub/repositories-licenses, which are SPDX identifiers in small letters where SPDX
 * has one (https://spdx.org/licenses). Tasks: the keys of huggingface.js `packages/tasks/src/pipelines.ts`.
 */

const listed = (text: string): readonly string[] => text.trim().split(/\s+/);

export const knownLicences = listed(`
  afl-3.0 agpl-3.0 apache-2.0 apple-amlr apple-ascl artistic-2.0 bigcode-openrail-m
  bigscience-bloom-rail-1.0 bigscience-openrail-m bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear
  bsl-1.0 c-uda cc cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0
  cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-4.0
  cc-by-sa-3.0 cc-by-sa-4.0 cc0-1.0 cdla-permissive-1.0 cdla-permissive-2.0 cdla-sharing-1.0
  creativeml-openrail-m deepfloyd-if-license ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2
  gemma gfdl gpl gpl-2.0 gpl-3.0 h-research intel-research isc lgpl lgpl-2.1 lgpl-3.0 lgpl-lr llama2
  llama3 llama3.1 llama3.2 llama3.3 llama4 lppl-1.3c mit mpl-2.0 ms-pl mulanpsl-2.0 ncsa odbl odc-by
  ofl-1.1 open-mdw openrail openrail++ osl-3.0 pddl postgresql unknown unlicense wtfpl zlib other
`);

export const knownTasks = listed(`
  any-to-any audio-classification audio-text-to-text audio-to-audio automatic-speech-recognition
  depth-estimation document-question-answering feature-extraction fill-mask graph-ml
  image-classification image-feature-extraction image-segmentation image-text-to-image
  image-text-to-text image-text-to-video image-to-3d image-to-image image-to-text image-to-video
  keypoint-detection mask-generation multiple-choice object-detection other question-answering
  reinforcement-learning robotics sentence-similarity summarization table-question-answering
  table-to-text tabular-classification tabular-regression tabular-to-text text-classification
  text-generation text-ranking text-retrieval text-to-3d text-to-audio text-to-image text-to-speech
  text-to-video time-series-forecasting token-classification translation
  unconditional-image-generation video-classification video-text-to-text video-to-video
  visual-document-retrieval visual-question-answering voice-activity-detection zero-shot-classification
  zero-shot-image-classification zero-shot-object-detection
  anomaly-detection optical-character-recognition
`);

/** Keys of model and dataset cards (huggingface/hub-docs `modelcard.md`, `datasetcard.md`), and ours. */
export const knownKeys = listed(`
  language license license_name license_link library_name pipeline_tag tags datasets metrics base_model
  base_model_relation model-index model_name widget inference thumbnail co2_eq_emissions new_version
  annotations_creators language_creators language_details pretty_name size_categories source_datasets
  task_categories task_ids paperswithcode_id configs config_names dataset_info train-eval-index viewer
  extra_gated_prompt extra_gated_fields extra_gated_heading extra_gated_description
  extra_gated_button_content task sector hardware citation version date creators
`);

/**
 * The known word that somebody meant: the nearest by edits, no more than a third of its letters away.
 * Null where nothing is near.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  const asked = plain(word);
  let best: { word: string; distance: number } | null = null;
  for (const candidate of known) {
    const distance = editsBetween(asked, plain(candidate));
    if (distance < (best?.distance ?? Number.POSITIVE_INFINITY))
      best = { word: candidate, distance };
  }
  return best && best.distance <= Math.max(1, Math.floor(best.word.length / 3)) ? best.word : null;
}

const WORD_CHARACTERS_MAX = 60;
const plain = (word: string) =>
  word
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .slice(0, WORD_CHARACTERS_MAX);

/** Levenshtein's distance: letters put in, taken out or replaced. */
export function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let at = 0; at < one.length; at += 1) {
    const next = [at + 1];
    for (let place = 0; place < other.length; place += 1) {
      const replaced = (row[place] ?? 0) + (one[at] === other[place] ? 0 : 1);
      next.push(Math.min((next[place] ?? 0) + 1, (row[place + 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
