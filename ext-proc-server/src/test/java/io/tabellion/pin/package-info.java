@NullMarked
package io.tabellion.pin;

import org.jspecify.annotations.NullMarked;
