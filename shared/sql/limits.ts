/** Characters of one statement: the cloud's rules engine takes 18,000 bytes. */
export const SQL_CHARS_MAX = 18_000

/** Expressions within expressions. Hand-written rules stay under 10; a call stack holds thousands. */
export const SQL_DEPTH_MAX = 64

/** Levels of an expression as it is evaluated: a chain `1 + 1 + …` adds one a link without nesting in the text. */
export const SQL_HEIGHT_MAX = 256

/** Expressions of one statement: what a text of the greatest length could hold at four characters each. */
export const SQL_NODES_MAX = 4_096

/** Levels of arrays and objects in a payload: walks over values recurse, and a call stack is finite. */
export const JSON_DEPTH_MAX = 128

/** Items of an array that a statement makes: nested queries and literals can multiply what a message holds. */
export const ARRAY_ITEMS_MAX = 65_536

/** Characters of a text that a statement makes: eight times the cloud's largest message. */
export const TEXT_CHARS_MAX = 1_048_576

/**
 * Elements, members and long texts that one evaluation touches: nested queries multiply. A tenth of a second; rules
 * of people take some hundreds of steps.
 */
export const EVALUATION_STEPS_MAX = 1_000_000
