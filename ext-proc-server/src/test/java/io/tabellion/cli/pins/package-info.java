@NullMarked
package io.tabellion.cli.pins;

import org.jspecify.annotations.NullMarked;
