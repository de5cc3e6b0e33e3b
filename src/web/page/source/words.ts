/** What states and reasons mean, in plain words. The short names are those of the ledger and of the command line. */
import type { Tone } from './parts/basics.tsx';
import { words } from './format.ts';

export const lampTone: Record<string, Tone> = { ok: 'good', warn: 'warn', bad: 'bad', off: 'idle' };

const tones: Record<string, Tone> = {
  running: 'busy',
  complete: 'good',
  incomplete: 'warn',
  interrupted: 'warn',
  failed: 'bad',
  cancelled: 'idle',
  retrieve: 'good',
  skip: 'idle',
  undecided: 'idle',
  done: 'good',
  pending: 'idle',
  parked: 'warn',
  imported: 'good',
  ignored: 'idle',
  received: 'busy',
  claimed: 'busy',
  missing: 'bad',
  expected: 'busy',
  verified: 'good',
  capped: 'warn',
  not_found: 'warn',
  ok: 'good',
  note: 'warn',
  skipped: 'idle',
  paused: 'warn',
  on: 'good',
  above: 'bad',
  below: 'good',
  few: 'idle',
  ended: 'idle',
  accepted: 'good',
  refused: 'bad',
  aborted: 'bad',
};

export function toneOf(state: string | null | undefined): Tone {
  return tones[state ?? ''] ?? 'idle';
}

const reasons: Record<string, string> = {
  dose_report: 'a dose report',
  enhanced_sr: 'an Enhanced SR; the study has no dose report',
  unverified_sr: 'an SR series that shows nothing at image level, taken for a dose report',
  philips_dose_info: "a series described as 'dose info'",
  toshiba_dose_screen: 'dose screens of Toshiba',
  images: 'the images themselves tell the dose',
  small_series: "a small series without a description: it may be the 'dose info'",
  patient_dose_report: 'nothing but a Patient Radiation Dose SR',
  modality_not_wanted: 'its modality was not asked for',
  date_outside_range: 'its date is outside the range',
  description_filtered: 'its description is filtered out',
  station_filtered: 'its station is filtered out',
  institution_filtered: 'its institution is filtered out',
  not_sr_only: 'only studies of reports alone were asked for',
  nothing_usable: 'nothing in it yields a dose',
  no_usable_sr: 'fluoroscopy without a report; its images tell no dose',
  no_dose_classes: 'its SOP classes hold no dose',
  empty_study: 'the node lists no series in it',
  all_held: 'everything of it is here already',
  study_known: 'something of it came before',
  already_held: 'here already',
  set_aside: 'came before and is in quarantine',
  not_a_dose_report: 'an SR of another kind',
  better_source_in_study: 'the study has a better source',
  images_not_needed: 'its images are not needed',
  empty_sr_series: 'shows nothing at image level',
  too_many_objects: 'has more objects than may be fetched of one series',
  first_not_listed: 'one image would do, but the node lists none',
  other_modality: 'belongs to a modality that was not asked for',
  query_failed: 'asking for it failed',
};

/** A reason in words; its own name where there are none. */
export function reasonText(reason: string | null | undefined): string {
  if (!reason || reason === 'none') return '';
  return reasons[reason] ?? words(reason);
}

/** "skip(all_held)" as its two parts. */
export function verdictParts(text: string): { verdict: string; reason: string } {
  const parts = /^([^(]*)\(?([^)]*)\)?$/.exec(text);
  return { verdict: parts?.[1] ?? text, reason: parts?.[2] ?? '' };
}

export const verdictWords: Record<string, string> = {
  retrieve: 'take',
  skip: 'skip',
  failed: 'failed',
  undecided: 'undecided',
};

const kinds: Record<string, string> = {
  ct_rdsr: 'CT dose report',
  projection_rdsr: 'projection X-ray dose report',
  mammography_rdsr: 'mammography dose report',
  radiopharmaceutical_rdsr: 'radiopharmaceutical dose report',
  patient_dose_sr: 'patient dose report',
  enhanced_sr: 'Enhanced SR',
  arcadis_summary: 'Arcadis summary',
  other_sr: 'other SR',
  mg_image: 'MG image',
  dx_image: 'DX image',
  cr_image: 'CR image',
  px_image: 'PX image',
  enhanced_ct: 'enhanced CT',
  enhanced_xa: 'enhanced XA',
  ct_dose_info: 'CT dose info',
  toshiba_ct: 'Toshiba CT image',
  pet_image: 'PET image',
  nm_image: 'NM image',
  not_dicom: 'not DICOM',
};

/** What intake made of an object, in words. */
export function kindText(kind: string | null | undefined): string {
  return kinds[kind ?? ''] ?? words(kind);
}

const steps: Record<string, string> = {
  name: 'Name',
  connection: 'Connection',
  find_association: 'Association for queries',
  move_association: 'Association for moves',
  echo: 'C-ECHO',
  studies: 'Study query',
  series: 'Series query',
  instances: 'Image query',
  store: 'Our own store',
  retrieve: 'Retrieve',
  arrival: 'Arrival',
};

export function stepName(step: string): string {
  return steps[step] ?? words(step);
}

const exits: Record<number, string> = {
  0: 'done',
  1: 'failed',
  2: 'the configuration does not allow it',
  3: 'ended with objects missing, failed or set aside',
  4: 'the node cannot be reached, or refuses',
  10: 'the allowed hours are over; it goes on later',
  11: 'the data directory is held by another process',
  130: 'interrupted',
};

export function exitText(code: number | null | undefined): string {
  return code === null || code === undefined ? '' : (exits[code] ?? `ended with code ${code}`);
}

export function exitTone(code: number | null | undefined): Tone {
  if (code === null || code === undefined) return 'busy';
  if (code === 0) return 'good';
  return code === 3 || code === 10 || code === 130 ? 'warn' : 'bad';
}
