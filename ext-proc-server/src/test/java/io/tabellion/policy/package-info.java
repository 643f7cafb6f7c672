@NullMarked
package io.tabellion.policy;

import org.jspecify.annotations.NullMarked;
