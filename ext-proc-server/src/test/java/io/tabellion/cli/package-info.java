@NullMarked
package io.tabellion.cli;

import org.jspecify.annotations.NullMarked;
