/**
 * What callers and MCP servers may bring to the log in a minute (P8): calls and bytes of content.
 */
@NullMarked
package io.tabellion.budget;

import org.jspecify.annotations.NullMarked;
