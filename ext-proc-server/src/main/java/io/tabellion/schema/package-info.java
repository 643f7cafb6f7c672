/**
 * The arguments of a call against the {@code inputSchema} of the accepted definition: what is of
 * another type than a tool takes, or under a name that only looks like one of its own, is found
 * before the policy reads it.
 */
@NullMarked
package io.tabellion.schema;

import org.jspecify.annotations.NullMarked;
