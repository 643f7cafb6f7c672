/**
 * The whole line with parties that others made: MCP servers, clients, the conformance suite,
 * grpcurl.
 */
@NullMarked
package io.tabellion.e2e;

import org.jspecify.annotations.NullMarked;
