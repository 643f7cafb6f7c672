@NullMarked
package io.tabellion.policy.cel;

import org.jspecify.annotations.NullMarked;
