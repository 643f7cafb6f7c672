@NullMarked
package io.tabellion.policy.uri;

import org.jspecify.annotations.NullMarked;
