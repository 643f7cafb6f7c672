@NullMarked
package io.tabellion;

import org.jspecify.annotations.NullMarked;
