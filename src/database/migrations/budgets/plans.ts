/**
 * Plans of functions are kept, and would be made while the tables are still empty. Rows are always
 * few and found by their key here, however large the tables grow: that is the one plan wanted.
 */
export const BY_KEY =
  'SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off';
