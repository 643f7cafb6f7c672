@NullMarked
package io.tabellion.identity;

import org.jspecify.annotations.NullMarked;
