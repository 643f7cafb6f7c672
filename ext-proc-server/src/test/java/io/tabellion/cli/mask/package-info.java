@NullMarked
package io.tabellion.cli.mask;

import org.jspecify.annotations.NullMarked;
