/** The strings that servers can take the URI of a resource for, and patterns over them. */
@NullMarked
package io.tabellion.policy.uri;

import org.jspecify.annotations.NullMarked;
