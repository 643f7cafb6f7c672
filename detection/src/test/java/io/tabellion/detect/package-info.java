@NullMarked
package io.tabellion.detect;

import org.jspecify.annotations.NullMarked;
