@NullMarked
package io.tabellion.durable;

import org.jspecify.annotations.NullMarked;
