// Version of a bench's summary, apart from its schema: a bench must not load the schema library while it measures.

/** Raised when a reader of an older summary would misread a new one. */
export const benchVersion = 1;
