@NullMarked
package io.tabellion.name;

import org.jspecify.annotations.NullMarked;
