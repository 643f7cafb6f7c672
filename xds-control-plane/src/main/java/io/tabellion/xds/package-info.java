@NullMarked
package io.tabellion.xds;

import org.jspecify.annotations.NullMarked;
