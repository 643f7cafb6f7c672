@NullMarked
package io.tabellion.xds.server;

import org.jspecify.annotations.NullMarked;
