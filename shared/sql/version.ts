/** Versions of the SQL, oldest first; `beta` is read as 2016-03-23. */
export type SqlVersion = '2015-10-08' | '2016-03-23'
