/** What the operator writes: the routes file as records. */
@NullMarked
package io.tabellion.xds.routes;

import org.jspecify.annotations.NullMarked;
