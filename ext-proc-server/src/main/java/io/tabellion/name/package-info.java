/** Names of tools and prompts: which of them people, models and servers can tell apart. */
@NullMarked
package io.tabellion.name;

import org.jspecify.annotations.NullMarked;
