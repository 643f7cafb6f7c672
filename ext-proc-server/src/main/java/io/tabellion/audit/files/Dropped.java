package io.tabellion.audit.files;

import io.tabellion.audit.merkle.Hash;

/**
 * A torn group that a start leaves out.
 *
 * @param length bytes from {@code place} to the end of the last page that is not zero
 * @param sha256 of these bytes
 */
record Dropped(Place place, long length, Hash sha256) {}
