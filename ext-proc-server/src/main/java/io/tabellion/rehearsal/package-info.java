/** What readies a server before it says that it is ready: canned calls to a private one. */
@NullMarked
package io.tabellion.rehearsal;

import org.jspecify.annotations.NullMarked;
