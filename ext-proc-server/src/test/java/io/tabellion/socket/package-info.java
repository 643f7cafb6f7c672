@NullMarked
package io.tabellion.socket;

import org.jspecify.annotations.NullMarked;
