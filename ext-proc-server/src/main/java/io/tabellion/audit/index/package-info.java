/**
 * What makes the record searchable: a SQLite file that is derived, can be dropped, and proves
 * nothing.
 */
@NullMarked
package io.tabellion.audit.index;

import org.jspecify.annotations.NullMarked;
