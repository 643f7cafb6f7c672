package io.tabellion.mask.find;

import io.tabellion.mask.rule.Reach;

/**
 * Where a name or value came from that detectors read.
 *
 * @param site its number in the tree
 * @param typed whether a schema may stand over it
 * @param recordOnly whether it is masked in the record alone
 */
record Origin(int site, Reach reach, boolean typed, boolean recordOnly) {}
