/** Programs of the tests that are wired from the server's own parts. */
@NullMarked
package io.tabellion;

import org.jspecify.annotations.NullMarked;
