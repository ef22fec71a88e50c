/** What a project has merged, as two constant lists in which `transform` looks a row up without a join. */
export const MERGED = `(
  SELECT (groupArray(fingerprint), groupArray(group_fingerprint)) FROM group_aliases_v1 FINAL
  WHERE project_id = {project: String} AND group_fingerprint != fingerprint
) AS merged`;

const grouped = (table: string) => `(
  WITH ${MERGED}
  SELECT *, transform(stored_fingerprint, merged.1, merged.2, stored_fingerprint) AS fingerprint
  FROM (SELECT * EXCEPT (fingerprint), fingerprint AS stored_fingerprint FROM ${table} WHERE project_id = {project: String}))`;

/**
 * The error events of {project}, each with the `fingerprint` of the group it belongs to now, whatever it was merged into
 * since, and the `stored_fingerprint`; to stand after FROM. Conditions of the outside reach the table's index. Nothing reads the table by itself.
 */
export const GROUPED_ERRORS = grouped("error_events_v1");

/** When and in which releases the groups of {project} were seen, likewise; a group has a row for each that was merged into it. */
export const GROUPED_RELEASES = grouped("error_releases_v1");
