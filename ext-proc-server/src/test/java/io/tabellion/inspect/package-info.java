@NullMarked
package io.tabellion.inspect;

import org.jspecify.annotations.NullMarked;
