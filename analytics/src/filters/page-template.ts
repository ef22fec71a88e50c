/** A segment that is an id: digits, a UUID, or 16 or more hexadecimal digits. */
export const ID_SEGMENT = "^([0-9]+|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,})$";

/** SQL of a page without its query and with `:id` for ids, so that ids do not make pages. The caller binds {id_segment}. */
export const templateSql = (page: string) =>
  `arrayStringConcat(arrayMap(part -> if(match(part, {id_segment: String}), ':id', part),
    splitByChar('/', splitByRegexp('[?#]', ${page})[1])), '/')`;
