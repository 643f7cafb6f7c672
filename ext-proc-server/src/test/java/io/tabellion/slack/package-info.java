@NullMarked
package io.tabellion.slack;

import org.jspecify.annotations.NullMarked;
