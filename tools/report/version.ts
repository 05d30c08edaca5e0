// Version of a run's record, apart from its schema: writing a record must not load the schema library.

/** Raised when a reader of an older record would misread a new one. */
export const recordVersion = 1;
