/** EDGE. The web console: its first page is that of approvals. */
@NullMarked
package io.tabellion.console;

import org.jspecify.annotations.NullMarked;
