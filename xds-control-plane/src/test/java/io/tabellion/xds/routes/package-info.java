@NullMarked
package io.tabellion.xds.routes;

import org.jspecify.annotations.NullMarked;
