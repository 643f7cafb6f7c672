/** EDGE. Health and metrics over HTTP. */
@NullMarked
package io.tabellion.http;

import org.jspecify.annotations.NullMarked;
