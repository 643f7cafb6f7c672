/** The record in files of one directory (docs/audit-format.md): what one process alone writes. */
@NullMarked
package io.tabellion.audit.files;

import org.jspecify.annotations.NullMarked;
