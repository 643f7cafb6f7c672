@NullMarked
package io.tabellion.pace;

import org.jspecify.annotations.NullMarked;
