@NullMarked
package io.tabellion.cli.stop;

import org.jspecify.annotations.NullMarked;
