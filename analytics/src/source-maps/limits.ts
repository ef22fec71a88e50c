/** What an upload weighs as it is sent, mostly gzipped. */
export const SENT_BYTES_MAX = 32 * 1024 * 1024;
/** And unpacked. */
export const MAP_BYTES_MAX = 64 * 1024 * 1024;
/** Decoded, a mapping takes some twenty times what it does as text. */
export const MAPPINGS_MAX = 16 * 1024 * 1024;
export const SOURCES_MAX = 20_000;
export const SECTIONS_MAX = 1_000;

/** Each becomes an object in memory. */
export const R8_LINES_MAX = 2_000_000;

/** Of one project, as stored. */
export const PROJECT_BYTES_MAX = 1024 ** 3;

/** What opened maps may take of the process's memory, estimated. */
export const OPEN_BYTES_MAX = 256 * 1024 * 1024;

export const DAY_MS = 86_400_000;
/** Since its last use. */
export const KEPT_DAYS = 90;
