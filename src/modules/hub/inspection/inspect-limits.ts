import type { Description, Format, StoredFinding } from './findings-entities.ts';

/** What one inspection may look at; larger files are told as far as that. */
export type InspectLimits = {
  archiveEntriesMax: number;
  /** An archive that unpacks to more is a bomb, at any ratio. */
  archiveUnpackedBytesMax: number;
  /** Unpacked bytes for each packed one; deflate reaches 1,032. */
  archiveRatioMax: number;
  /** So many bytes are unpacked to count them; beyond that the list of the archive is believed. */
  archiveCountedBytesMax: number;
};

/** What an inspection finds. */
export type Found = {
  format: Format;
  findings: StoredFinding[];
  description: Description | null;
};
